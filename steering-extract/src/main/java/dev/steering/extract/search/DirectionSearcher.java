package dev.steering.extract.search;

import dev.steering.core.BadRequest;
import dev.steering.core.ProgressListener;
import dev.steering.core.prompts.ContrastSets;
import dev.steering.core.search.AblationSite;
import dev.steering.core.search.DirectionSearch;
import dev.steering.core.search.DirectionSearch.Candidate;
import dev.steering.core.search.DirectionSearch.SetCount;
import dev.steering.core.search.PartialOrthogonal;
import dev.steering.core.vector.ExtractionPrompts;
import dev.steering.core.vector.LayerMatrix;
import dev.steering.core.vector.Provenance;
import dev.steering.core.vector.SteeringVector;
import dev.steering.extract.TokenSelector;
import dev.steering.extract.Toolkit;
import dev.steering.model.chat.ChatModel;
import dev.steering.model.chat.ModelIdentities;
import dev.steering.model.pass.DirectionSet;
import dev.steering.model.pass.PassSteering;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds one direction among those of several token positions and layers by what ablating it does to the first token of the answer.
 *
 * <p>With two classes (Arditi et al., arXiv 2406.11717, section 2.3 and appendix C): at each position of the template's tail and each layer
 * {@code r = mean(h, harmful) - mean(h, harmless)}; of those that change harmless prompts little and make them refused when added, the one
 * whose ablation leaves the lowest refusal score on harmful prompts.
 *
 * <p>With three (Wang et al., arXiv 2410.03415, sections 3.2 to 3.4): {@code w = mean(h, over-refused) - mean(h, harmless)},
 * {@code w' = w - lambda (w . r) / (r . r) r}, of norm 1; of those that change harmless prompts little, the one whose ablation leaves the
 * lowest refusal score on over-refused prompts. Ties go to the earlier position, then to the earlier layer.
 *
 * <p>Every candidate costs one pass over the development prompts that it is scored on. Logits of those are kept: {@code 8 * prompts *
 * vocabulary} bytes. Nothing is random. Immutable and thread-safe.
 */
public final class DirectionSearcher {
    private final SearchSettings settings;
    private final ProgressListener progress;

    private DirectionSearcher(SearchSettings settings, ProgressListener progress) {
        this.settings = settings;
        this.progress = progress;
    }

    /**
     * @param settings how to search
     * @return a searcher that reports to nobody
     */
    public static DirectionSearcher with(SearchSettings settings) {
        return new DirectionSearcher(settings, ProgressListener.NONE);
    }

    /**
     * @param listener told how far it is
     * @return a copy with it
     */
    public DirectionSearcher withProgress(ProgressListener listener) {
        return new DirectionSearcher(settings, listener);
    }

    /** The differences of means, {@code [positions][layers][hidden]}, and how many prompts of each class they are of. */
    @SuppressWarnings("ArrayRecordComponent") // private, never compared
    private record Differences(double @Nullable [][][] overRefused, double[][][] harmful, List<SetCount> counts) {}

    /**
     * @param model the model to look into
     * @param prompts what to find the direction on and what to choose it on
     * @return a vector whose rows are all the chosen direction, with the record of the search
     * @throws dev.steering.core.SteeringException if a class is empty, before or behind the filter, if a prompt does not fit, or if no
     *     candidate keeps what it has to keep
     */
    public SteeringVector search(ChatModel model, PromptSets.Split prompts) {
        requireClasses(prompts);
        RefusalScores first = new RefusalScores(model, refusalTokens(model), settings.batchSize());
        Differences differences = differences(model, first, prompts);
        double[][][] candidates = directions(differences);
        boolean three = settings.lambda() != null;
        PromptSets chosenOn = prompts.development();
        List<int[]> target = encode(model, three ? chosenOn.overRefused() : chosenOn.harmful());
        List<int[]> harmless = encode(model, chosenOn.harmless());
        double baseline = first.meanScore(first.logits(target, null));
        List<Candidate> scored =
                scored(model, first, candidates, target, harmless, three ? null : differences.harmful());
        Candidate chosen = choose(scored);
        return vector(model, prompts, differences, candidates, chosen, baseline, scored);
    }

    private void requireClasses(PromptSets.Split prompts) {
        boolean three = settings.lambda() != null;
        for (PromptSets part : List.of(prompts.training(), prompts.development())) {
            boolean development = part.equals(prompts.development());
            boolean empty = part.harmless().isEmpty()
                    || (three && part.overRefused().isEmpty())
                    || (!(three && development) && part.harmful().isEmpty());
            if (empty) {
                throw new BadRequest("A search needs "
                        + (three ? "over-refused, harmful and harmless" : "harmful and harmless")
                        + " prompts, found " + (three ? part.overRefused().size() + " over-refused, " : "")
                        + part.harmful().size() + " harmful and "
                        + part.harmless().size() + " harmless ones to "
                        + (development ? "choose on." : "find directions on."));
            }
        }
    }

    private int[] refusalTokens(ChatModel model) {
        return settings.refusalTokens().stream()
                .mapToInt(text -> {
                    int[] tokens = model.tokenizer().encode(text, false);
                    if (tokens.length == 0) {
                        throw new BadRequest("'" + text + "' has no token that could begin a refusal.");
                    }
                    return tokens[0];
                })
                .distinct()
                .toArray();
    }

    private static List<int[]> encode(ChatModel model, List<String> prompts) {
        return prompts.stream().map(model::encode).toList();
    }

    private Differences differences(ChatModel model, RefusalScores first, PromptSets.Split prompts) {
        PromptSets training = prompts.training();
        PromptSets development = prompts.development();
        int positions = Math.max(1, model.frame(null).tail().size());
        List<SetCount> counts = new ArrayList<>();
        double[][][] harmful =
                means(model, first, "harmful", training.harmful(), development.harmful(), positions, counts);
        double[][][] harmless =
                means(model, first, "harmless", training.harmless(), development.harmless(), positions, counts);
        double[][][] overRefused = settings.lambda() == null
                ? null
                : PositionMeans.minus(
                        means(
                                model,
                                first,
                                "over-refused",
                                training.overRefused(),
                                development.overRefused(),
                                positions,
                                counts),
                        harmless);
        return new Differences(overRefused, PositionMeans.minus(harmful, harmless), counts);
    }

    private double[][][] means(
            ChatModel model,
            RefusalScores first,
            String set,
            List<String> prompts,
            List<String> development,
            int positions,
            List<SetCount> counts) {
        List<int[]> encoded = encode(model, prompts);
        List<int[]> kept = settings.filters() ? filtered(first, set, encoded) : encoded;
        counts.add(new SetCount(set, encoded.size(), kept.size(), development.size()));
        return PositionMeans.of(model, set, kept, positions, settings.batchSize(), progress);
    }

    /** As in the public code: over-refused and harmful prompts above 0, harmless ones below. */
    private List<int[]> filtered(RefusalScores first, String set, List<int[]> prompts) {
        float[][] logits = first.logits(prompts, null);
        List<int[]> kept = new ArrayList<>();
        for (int i = 0; i < logits.length; i++) {
            double score = first.score(logits[i]);
            if (set.equals("harmless") ? score < 0 : score > 0) {
                kept.add(prompts.get(i));
            }
        }
        if (kept.isEmpty()) {
            throw new BadRequest("None of the " + prompts.size() + " " + set + " prompts has a refusal score "
                    + (set.equals("harmless") ? "below" : "above")
                    + " 0, so the filter leaves none. Refusals were expected to begin"
                    + " with " + String.join(" or ", settings.refusalTokens())
                    + ": name the words with which this model's do, or do not filter.");
        }
        return kept;
    }

    /** w - lambda (w . r) / (r . r) r of norm 1 (arXiv 2410.03415), or r itself. */
    private double[][][] directions(Differences differences) {
        double[][][] overRefused = differences.overRefused();
        Double lambda = settings.lambda();
        if (overRefused == null || lambda == null) {
            return differences.harmful();
        }
        double[][][] directions = new double[overRefused.length][overRefused[0].length][];
        for (int back = 0; back < directions.length; back++) {
            for (int layer = 0; layer < directions[back].length; layer++) {
                directions[back][layer] = PartialOrthogonal.unit(PartialOrthogonal.of(
                        overRefused[back][layer], differences.harmful()[back][layer], lambda));
            }
        }
        return directions;
    }

    private List<Candidate> scored(
            ChatModel model,
            RefusalScores first,
            double[][][] directions,
            List<int[]> target,
            List<int[]> harmless,
            double @Nullable [][][] added) {
        int layers = model.manifest().layers();
        int searched = settings.searched(layers);
        float[][] before = first.logits(harmless, null);
        List<Candidate> scored = new ArrayList<>();
        for (int position = -directions.length; position < 0; position++) {
            for (int layer = 0; layer < searched; layer++) {
                double[] direction = directions[-position - 1][layer];
                PassSteering ablation = ablation(layers, layer, PartialOrthogonal.unit(direction));
                double score = first.meanScore(first.logits(target, ablation));
                double divergence = RefusalScores.meanDivergence(before, first.logits(harmless, ablation));
                Double induced = added == null || settings.induced() == null
                        ? null
                        : (Double) first.meanScore(
                                first.logits(harmless, addition(layers, layer, added[-position - 1][layer])));
                boolean finite = Double.isFinite(score) && Double.isFinite(divergence);
                if (finite && (induced == null || Double.isFinite(induced))) {
                    scored.add(new Candidate(position, layer, score, divergence, induced));
                }
                progress.onProgress(
                        "comparing directions",
                        (long) (position + directions.length) * searched + layer + 1,
                        (long) directions.length * searched);
            }
        }
        return scored;
    }

    private PassSteering ablation(int layers, int chosen, double[] unit) {
        AblationSite site = settings.site();
        float[][] points = new float[layers + 1][unit.length];
        for (int point = 0; point <= layers; point++) {
            if (site.includes(point, layers, chosen)) {
                points[point] = PartialOrthogonal.floats(unit);
            }
        }
        return PassSteering.projectingOut(DirectionSet.of(points), true, List.of((position, k) -> 1f));
    }

    /** Behind one layer, at every token, with strength 1, as in the public code. */
    private static PassSteering addition(int layers, int layer, double[] direction) {
        float[][] points = new float[layers + 1][direction.length];
        points[layer + 1] = PartialOrthogonal.floats(direction);
        return PassSteering.adding(DirectionSet.of(points), List.of((position, k) -> 1f));
    }

    private Candidate choose(List<Candidate> scored) {
        Double induced = settings.induced();
        return scored.stream()
                .filter(candidate -> candidate.divergence() <= settings.divergence())
                .filter(candidate -> induced == null || candidate.induced() == null || candidate.induced() >= induced)
                .min(Comparator.comparingDouble(Candidate::score))
                .orElseThrow(() -> none(scored));
    }

    private BadRequest none(List<Candidate> scored) {
        String least = scored.stream()
                .min(Comparator.comparingDouble(Candidate::divergence))
                .map(c -> String.format(
                        Locale.ROOT,
                        "the smallest divergence is %.3f (token %d, layer %d%s)",
                        c.divergence(),
                        c.position(),
                        c.layer(),
                        c.induced() == null
                                ? ""
                                : String.format(Locale.ROOT, ", refusal score %.2f when added", c.induced())))
                .orElse("no candidate gives finite logits");
        return new BadRequest(
                "None of the directions keeps what it has to: a divergence of at most " + settings.divergence()
                        + " nats on harmless prompts"
                        + (settings.induced() == null
                                ? ""
                                : " and harmless prompts refused (score of at least " + settings.induced()
                                        + ") when it is added")
                        + "; " + least + ". Allow a larger divergence, search more layers, or use more prompts.");
    }

    private SteeringVector vector(
            ChatModel model,
            PromptSets.Split prompts,
            Differences differences,
            double[][][] candidates,
            Candidate chosen,
            double baseline,
            List<Candidate> scored) {
        int back = -chosen.position() - 1;
        float[] direction = PartialOrthogonal.floats(candidates[back][chosen.layer()]);
        float[][] rows = new float[model.manifest().layers()][];
        Arrays.fill(rows, direction);
        double[][][] over = differences.overRefused();
        Double lambda = settings.lambda();
        double remaining = over == null || lambda == null
                ? 1
                : PartialOrthogonal.norm(PartialOrthogonal.of(
                                over[back][chosen.layer()], differences.harmful()[back][chosen.layer()], lambda))
                        / PartialOrthogonal.norm(over[back][chosen.layer()]);
        DirectionSearch search = new DirectionSearch(
                lambda,
                settings.site().label(),
                chosen.position(),
                chosen.layer(),
                remaining,
                new DirectionSearch.Limits(settings.divergence(), settings.layerShare(), settings.induced()),
                settings.refusalTokens(),
                differences.counts(),
                baseline,
                scored);
        SteeringVector vector = SteeringVector.of(
                        LayerMatrix.of(rows),
                        provenance(model, prompts.training(), new TokenSelector.Last(back).label()))
                .withPrompts(remembered(prompts))
                .withSearch(search);
        return over == null
                ? vector
                : vector.withContrasts(new SteeringVector.Contrasts(
                        matrix(over[back]), matrix(differences.harmful()[back])));
    }

    private static LayerMatrix matrix(double[][] rows) {
        return LayerMatrix.of(Arrays.stream(rows).map(PartialOrthogonal::floats).toArray(float[][]::new));
    }

    private static ExtractionPrompts remembered(PromptSets.Split prompts) {
        PromptSets development = prompts.development();
        List<String> chosenOn = new ArrayList<>(development.overRefused());
        chosenOn.addAll(development.harmful());
        chosenOn.addAll(development.harmless());
        return ExtractionPrompts.hashed(prompts.training().contrast())
                .withOverRefused(ExtractionPrompts.hashes(prompts.training().overRefused()))
                .withDevelopment(ExtractionPrompts.hashes(chosenOn));
    }

    private Provenance provenance(ChatModel model, PromptSets training, String token) {
        return new Provenance(
                ModelIdentities.of(model, null),
                model.manifest().name(),
                ContrastSets.hash(training.contrast()),
                settings.method(),
                token,
                Provenance.BLOCK_OUTPUT,
                Provenance.ADD,
                model.format().isChat() ? "chat" : "none",
                0,
                Map.of("steering", Toolkit.version()));
    }
}
