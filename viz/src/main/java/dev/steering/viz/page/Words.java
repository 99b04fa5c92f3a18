package dev.steering.viz.page;

import dev.steering.core.page.Html;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Words that a newcomer does not know: where a section first uses one, it is a link that says in its title what the word means, to the list
 * of all such words at the page's end. Of one page, by one thread.
 */
final class Words {
    /**
     * A word.
     *
     * @param name as the list has it
     * @param forms as texts have it, case of the first letter apart; any of them
     * @param meaning in plain words
     */
    private record Word(String name, List<String> forms, String meaning) {
        static Word of(String name, String forms, String meaning) {
            return new Word(name, List.of(forms.split("\\|")), meaning);
        }
    }

    private static final List<Word> ALL = List.of(
            Word.of(
                    "activations",
                    "activations|activation|residual stream",
                    "The numbers that a layer hands on for each token; all of them together are the residual stream. Steering adds to them."),
            Word.of(
                    "alpha (strength)",
                    "alpha|strength|strengths",
                    "How far activations are moved: alpha times the direction is added to them, or subtracted. 0 changes nothing."),
            Word.of(
                    "AUC",
                    "AUC",
                    "How well a score tells harmful prompts from harmless ones: how often a harmful prompt has the higher score of the two. 0.5 is guessing, 1 is always right."),
            Word.of("capability", "capability", "Scores in tasks that have nothing to do with refusals, such as arithmetic or multiple choice: steering should not make them worse."),
            Word.of("cosine", "cosine|cosines", "How alike two directions are: 1 is the same way, 0 is unrelated, -1 is opposite."),
            Word.of("cut", "cut", "An answer that was still going on when the number of tokens allowed was reached."),
            Word.of("development prompts", "development prompts", "Prompts that strengths and layers were chosen on. Figures on them look a little too good; test prompts are others."),
            Word.of(
                    "direction",
                    "direction|directions",
                    "Where a layer's activations for harmful prompts lie, as seen from those for harmless ones: a list of numbers. Moving activations along it makes refusals likelier, against it rarer."),
            Word.of("fingerprint", "fingerprint", "A checksum of the model's weights: another model, or a changed one, has another."),
            Word.of(
                    "gate (score, threshold)",
                    "gate|gates|threshold|score of|transition cosine",
                    "SCANS decides prompt by prompt before it steers: the score says how alike the prompt moves activations to how harmful prompts do (a mean cosine, the transition cosine). At the threshold or above the prompt counts as harmful and is pushed towards refusal, below it away from it."),
            Word.of("held out", "held out|held-out", "Not used for making or choosing what is measured: figures on such prompts are not flattered."),
            Word.of("hidden size", "hidden size", "How many numbers a layer hands on for each token."),
            Word.of(
                    "interval, [low, high]",
                    "interval|intervals",
                    "Where the true value lies, as far as so many prompts can tell: 95 % intervals hold it in 95 of 100 such measurements. Wilson's are for shares."),
            Word.of("jailbreak", "jailbreak|jailbreaks", "A harmful question in a frame that is meant to get around refusals, such as role play."),
            Word.of(
                    "judge",
                    "judge|judges|refusals told by",
                    "What decides whether an answer is a refusal. The lists of SCANS, DRO, XSTest and GCG call every answer one that holds a phrase of the list, such as \"I cannot\"; robust rules also look at where it stands; a model judges by reading."),
            Word.of(
                    "KL",
                    "KL",
                    "Kullback-Leibler divergence: how far the probabilities of the next token are from the unsteered model's, per token, in nats. 0 is no change; it is measured on answers to harmless prompts, where a good method leaves it small."),
            Word.of("layer", "layer|layers", "One of the model's blocks, numbered from 0 upwards in the order of work. Steering acts on what a layer hands on."),
            Word.of("mean-difference", "mean-difference|mean difference", "How the direction was made: the mean of the activations for harmful prompts, less that for harmless ones."),
            Word.of("nats", "nats", "The unit of KL: natural logarithms, 1 nat is 1.44 bits."),
            Word.of("norm", "norm|norms", "How long a direction or a state is (Euclidean)."),
            Word.of("over-refusal", "over-refusal|over-refused", "Refusing what is harmless."),
            Word.of("p (chance)", "p =|McNemar|paired test|by chance|chance", "How often chance alone would give as much, 0 to 1: the smaller, the surer. The paired test is McNemar's, on the same prompts with and without the method."),
            Word.of("perplexity", "perplexity", "How surprised the model is by a text that is given: lower is better."),
            Word.of("random direction", "random direction|random directions", "A direction that means nothing, of the same length: what it does any push does, and the direction has to do better."),
            Word.of("raw and unit", "raw|unit directions|unit vector", "A raw direction is as long as it came out, a unit one is made 1 long: the same alpha moves by different amounts."),
            Word.of("refusal tokens (refusal score)", "refusal tokens|refusal token|refusal score", "Tokens that refusals begin with, such as \"cannot\". The refusal score is their share among the tokens that a direction points to most."),
            Word.of("repetitive", "repetitive", "An answer that says the same over and over: steering was too strong."),
            Word.of("scans's list (judge)", "scans's list|dro's list|xstest's list|gcg's list", "The judge is the list of phrases published with the paper of that name: an answer that holds one of them, such as \"I cannot\" or \"I'm sorry\", is a refusal. What the list does not have it misses."),
            Word.of("seed", "seed|seeds", "A number that random choices start from: the same seed gives the same choices."),
            Word.of("segment", "segment|segments", "A third of the layers, early, middle or late, read together: SCANS looks for refusal in each of them."),
            Word.of("separability and spread", "separability|spread|spreads", "How far apart the activations of harmful and harmless prompts lie along the direction, in spreads; a spread is the standard deviation within one of the two kinds. 2 and more is clearly apart."),
            Word.of("template", "template", "What the model wants around a conversation; most models were taught with one."),
            Word.of("token", "token|tokens", "What a model reads and writes: a word or a piece of one."),
            Word.of("vocabulary head", "vocabulary head|vocabulary-head", "The last step of the model, from activations to tokens: asked about a direction, it says which tokens that stands for."));

    private static final Map<String, Word> BY_FORM = byForm();
    private static final Pattern FORM = Pattern.compile(BY_FORM.keySet().stream()
            .sorted((a, b) -> b.length() - a.length())
            .map(Pattern::quote)
            .collect(Collectors.joining("|", "(?<![\\w'&#-])(?:", ")(?![\\w'-])")));

    private final Set<String> used = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    private final Set<String> said = new HashSet<>();

    private static Map<String, Word> byForm() {
        Map<String, Word> forms = new HashMap<>();
        for (Word word : ALL) {
            for (String form : word.forms()) {
                String escaped = Html.escape(form);
                forms.put(escaped, word);
                forms.put(Character.toUpperCase(escaped.charAt(0)) + escaped.substring(1), word);
            }
        }
        return forms;
    }

    /** A new section, whose readers may have jumped to it. */
    void begin() {
        said.clear();
    }

    /**
     * @param text plain text
     * @return the same as HTML, with words explained that this section has not used yet
     */
    String explained(String text) {
        return FORM.matcher(Html.escape(text)).replaceAll(found -> {
            Word word = BY_FORM.get(found.group());
            if (word == null || !said.add(word.name())) {
                return Matcher.quoteReplacement(found.group());
            }
            used.add(word.name());
            return Matcher.quoteReplacement("<a class=\"word\" href=\"#" + id(word) + "\" title=\""
                    + Html.escape(word.meaning()) + "\">" + found.group() + "</a>");
        });
    }

    private static String id(Word word) {
        return "word-" + word.name().toLowerCase(java.util.Locale.ROOT).replaceAll("[^a-z]+", "-");
    }

    /** @return the list of the words that the page has used */
    String section() {
        StringBuilder out = new StringBuilder(
                "<section id=\"words\" aria-labelledby=\"words-h\"><h2 id=\"words-h\">Words</h2>\n<dl class=\"words\">\n");
        ALL.stream().filter(word -> used.contains(word.name())).forEach(word -> out.append("<dt id=\"")
                .append(id(word))
                .append("\">")
                .append(Html.escape(word.name()))
                .append("</dt><dd>")
                .append(Html.escape(word.meaning()))
                .append("</dd>\n"));
        return out.append("</dl></section>\n").toString();
    }
}
