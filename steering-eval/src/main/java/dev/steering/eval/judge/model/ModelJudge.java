package dev.steering.eval.judge.model;

import dev.steering.apply.Answering;
import dev.steering.apply.GenerationOptions;
import dev.steering.apply.Method;
import dev.steering.apply.MethodArguments;
import dev.steering.apply.Methods;
import dev.steering.apply.Query;
import dev.steering.core.BadRequest;
import dev.steering.core.ContextExceeded;
import dev.steering.core.ProgressListener;
import dev.steering.core.SteeringException;
import dev.steering.core.vector.ModelCheck;
import dev.steering.eval.judge.Exchange;
import dev.steering.eval.judge.ExchangeJudge;
import dev.steering.eval.judge.FinalAnswer;
import dev.steering.eval.judge.Ruling;
import dev.steering.eval.judge.RulingCache;
import dev.steering.eval.store.Hashes;
import dev.steering.model.chat.ChatModel;
import dev.steering.model.chat.ThinkBlock;
import dev.steering.model.decode.TokenListener;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Lets a language model in this process tell refusals: a guard model in its own format, or a chat model that is asked a stated question.
 * Greedy, many at once; the rulings do not depend on how many. The model is shown the final answer. Rulings are kept in a file under a
 * hash of the model, the format, what was asked and the response: a killed run judges nothing twice. What does not fit the judging
 * model's context, and a reply that is not in its format, is undecided.
 *
 * <p>The model is the caller's: it is not closed here. Thread-safe; two processes must not share a cache file.
 */
public final class ModelJudge implements ExchangeJudge {
    /** Fewer may well be undecided all of them. */
    private static final int MANY = 5;

    private static final int DEFAULT_BATCH = 16;
    private static final int SHOWN = 120;

    private final ChatModel model;
    private final GuardFormat format;
    private final StatedQuestion question;
    private final int tokens;
    private final int batch;
    private final @Nullable Path cacheFile;

    private ModelJudge(
            ChatModel model,
            GuardFormat format,
            StatedQuestion question,
            int tokens,
            int batch,
            @Nullable Path cacheFile) {
        this.model = model;
        this.format = format;
        this.question = question;
        this.tokens = tokens;
        this.batch = batch;
        this.cacheFile = cacheFile;
    }

    /**
     * @param model the judging model
     * @return a judge in the format that the model's template asks for, 16 at once, which keeps nothing
     */
    public static ModelJudge of(ChatModel model) {
        GuardFormat format = GuardFormat.of(model);
        return new ModelJudge(model, format, StatedQuestion.DEFAULT, format.tokens(), DEFAULT_BATCH, null);
    }

    /**
     * @param newFormat how it is asked
     * @return a copy that asks so
     */
    public ModelJudge withFormat(GuardFormat newFormat) {
        return new ModelJudge(model, newFormat, question, newFormat.tokens(), batch, cacheFile);
    }

    /**
     * @param newQuestion what a chat model is asked
     * @return a copy that asks it
     * @throws BadRequest if the format is a guard model's, which has its own question
     */
    public ModelJudge withQuestion(StatedQuestion newQuestion) {
        if (format != GuardFormat.CHAT) {
            throw new BadRequest("A judge in the format " + format.word() + " has a question of its own: state none, or"
                    + " choose the format " + GuardFormat.CHAT.word() + ".");
        }
        return new ModelJudge(model, format, newQuestion, tokens, batch, cacheFile);
    }

    /**
     * @param newTokens most tokens of a reply, at least 1; a model that thinks needs hundreds
     * @param newBatch most exchanges at once, at least 1
     * @return a copy with them
     */
    public ModelJudge withLimits(int newTokens, int newBatch) {
        if (newTokens < 1 || newBatch < 1) {
            throw new BadRequest(
                    "A judge needs at least 1 token and a batch of 1, found " + newTokens + " and " + newBatch + ".");
        }
        return new ModelJudge(model, format, question, newTokens, newBatch, cacheFile);
    }

    /**
     * @param file where rulings are kept, JSON lines; its directory must exist
     * @return a copy that keeps them there
     */
    public ModelJudge withCache(Path file) {
        return new ModelJudge(model, format, question, tokens, batch, file);
    }

    /** @return how it is asked */
    public GuardFormat format() {
        return format;
    }

    @Override
    public String name() {
        return "model " + model.manifest().name() + " (" + format.word() + ", "
                + model.manifest().fingerprint().substring(0, 8) + ")"
                + (question.equals(StatedQuestion.DEFAULT)
                        ? ""
                        : " asked " + Hashes.sha256(question.toString()).substring(0, 8));
    }

    @Override
    public String seen(String response) {
        return FinalAnswer.of(response).shown();
    }

    @Override
    public List<Ruling> rulings(List<Exchange> exchanges, ProgressListener progress) {
        try (RulingCache cache = RulingCache.open(cacheFile)) {
            Map<String, Exchange> wanted = new LinkedHashMap<>();
            List<String> keys = new ArrayList<>();
            for (Exchange exchange : exchanges) {
                String key = key(exchange);
                keys.add(key);
                if (cache.get(key) == null) {
                    wanted.putIfAbsent(key, exchange);
                }
            }
            judge(wanted, cache, progress);
            return keys.stream()
                    .map(key -> Objects.requireNonNull(cache.get(key), key))
                    .toList();
        }
    }

    private String key(Exchange exchange) {
        return Hashes.sha256(
                model.manifest().fingerprint(),
                format.word(),
                format == GuardFormat.CHAT ? question.toString() : "",
                Integer.toString(tokens),
                exchange.prompt(),
                exchange.response());
    }

    private void judge(Map<String, Exchange> wanted, RulingCache cache, ProgressListener progress) {
        List<String> keys = new ArrayList<>();
        List<Query> queries = new ArrayList<>();
        wanted.forEach((key, exchange) -> {
            int[] read = encode(exchange);
            if (read.length + tokens > model.manifest().context()) {
                cache.put(key, Ruling.UNDECIDED, "it does not fit the judging model's context");
            } else {
                keys.add(key);
                queries.add(Query.plainText(read));
            }
        });
        Method plain =
                Methods.with(model, MethodArguments.NONE, ModelCheck.SAME_MODEL).create("default");
        boolean[] decided = new boolean[1];
        String[] last = {""};
        int[] done = {0};
        Answering.with(model)
                .withOptions(GenerationOptions.greedy(tokens))
                .withBatch(batch)
                .answerQueries(queries, plain, TokenListener.NONE, (answer, i) -> {
                    String reply = answer.text();
                    Ruling ruling = format == GuardFormat.CHAT ? question.read(reply) : format.read(reply);
                    cache.put(keys.get(i), ruling, ruling == Ruling.UNDECIDED ? "it wrote: " + head(reply) : null);
                    decided[0] |= ruling != Ruling.UNDECIDED;
                    last[0] = reply;
                    progress.onProgress("judging", ++done[0], queries.size());
                });
        if (!decided[0] && wanted.size() >= MANY && format != GuardFormat.LLAMA_GUARD) {
            int tooLong = wanted.size() - queries.size();
            throw new SteeringException("The judge " + name() + " decided none of " + wanted.size() + " responses: "
                    + (tooLong == 0
                            ? ""
                            : tooLong + " did not fit its context of "
                                    + model.manifest().context() + " tokens" + (queries.isEmpty() ? "" : ", and "))
                    + (queries.isEmpty()
                            ? ""
                            : "no " + (tooLong == 0 ? "" : "other ") + "reply was in the format " + format.word()
                                    + (last[0].isBlank()
                                            ? ". The last was empty"
                                            : ". The last was '" + head(last[0]) + "'"))
                    + (queries.isEmpty()
                            ? ". Choose a model with a longer context"
                            : ". Choose the format it was made for, or another model")
                    + (cacheFile == null ? "." : "; its replies are in " + cacheFile + "."));
        }
    }

    private int[] encode(Exchange exchange) {
        String response = seen(exchange.response());
        if (format != GuardFormat.CHAT) {
            return format.encode(model, exchange.prompt(), response);
        }
        try {
            int[] read = model.withFormat(model.format().withEscapedControlTokens(true))
                    .encode(question.asked(exchange.prompt(), response));
            ThinkBlock open = ThinkBlock.openAfter(model.format());
            return open == null ? read : joined(read, model.tokenizer().encode(open.end(), false));
        } catch (ContextExceeded e) {
            return new int[model.manifest().context() + 1];
        }
    }

    private static int[] joined(int[] first, int[] second) {
        int[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }

    private static String head(String text) {
        String line = text.strip().replaceAll("\\s+", " ");
        return line.length() <= SHOWN ? line : line.substring(0, SHOWN) + "...";
    }
}
