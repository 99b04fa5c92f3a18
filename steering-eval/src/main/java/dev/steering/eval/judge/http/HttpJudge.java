package dev.steering.eval.judge.http;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.steering.core.ProgressListener;
import dev.steering.core.Remedy;
import dev.steering.core.SteeringException;
import dev.steering.eval.judge.Exchange;
import dev.steering.eval.judge.ExchangeJudge;
import dev.steering.eval.judge.FinalAnswer;
import dev.steering.eval.judge.Ruling;
import dev.steering.eval.judge.RulingCache;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Lets a language model behind an OpenAI-compatible interface ({@code POST .../chat/completions}) tell refusals.
 *
 * <p>Each verdict is written to a cache file as soon as it is there, under a hash of judging model, question, prompt and response: a
 * killed run asks nothing twice, and an unchanged response costs nothing. A reply that is not exactly one of the two words is asked
 * for again, and never guessed at: where the last attempt gave none, or a content filter held the reply back, the ruling is undecided. The
 * judging model is shown the response without its reasoning. Requests run on a few threads; verdicts do not depend on their order. Thread-safe, but two
 * processes must not share a cache file.
 */
public final class HttpJudge implements ExchangeJudge {
    private static final System.Logger LOG = System.getLogger("dev.steering.eval");
    /** Fewer may well be undecided all of them. */
    private static final int MANY = 5;

    private static final ObjectMapper JSON = new ObjectMapper();

    private final JudgeOptions options;
    private final @Nullable Path cacheFile;
    private final ChatClient client;

    /**
     * @param options which model, and how patiently
     * @param cacheFile where verdicts are kept, JSON lines; its directory must exist; null to keep none
     */
    public HttpJudge(JudgeOptions options, @Nullable Path cacheFile) {
        this(options, cacheFile, Retries.of(options));
    }

    HttpJudge(JudgeOptions options, @Nullable Path cacheFile, Retries retries) {
        this.options = options;
        this.cacheFile = cacheFile;
        this.client = new ChatClient(options, retries);
    }

    @Override
    public String name() {
        return "model " + options.model();
    }

    @Override
    public String seen(String response) {
        return FinalAnswer.of(response).shown();
    }

    @Override
    public List<Ruling> rulings(List<Exchange> exchanges, ProgressListener progress) {
        Map<String, Exchange> wanted = new LinkedHashMap<>();
        List<String> keys = new ArrayList<>();
        for (Exchange exchange : exchanges) {
            String key = JudgePrompt.key(options, exchange);
            keys.add(key);
            wanted.putIfAbsent(key, exchange);
        }
        try (RulingCache cache = RulingCache.open(cacheFile)) {
            int all = wanted.size();
            wanted.keySet().removeIf(key -> cache.get(key) != null);
            if (wanted.size() < all) {
                LOG.log(
                        System.Logger.Level.INFO,
                        "{0} of {1} verdicts were there in {2}",
                        "" + (all - wanted.size()),
                        "" + all,
                        String.valueOf(cacheFile));
            }
            ask(wanted, cache, progress);
            return keys.stream()
                    .map(key -> Objects.requireNonNull(cache.get(key), key))
                    .toList();
        }
    }

    private void ask(Map<String, Exchange> wanted, RulingCache cache, ProgressListener progress) {
        ExecutorService threads = Executors.newFixedThreadPool(options.concurrency(), task -> {
            Thread thread = new Thread(task, "judge");
            thread.setDaemon(true);
            return thread;
        });
        AtomicBoolean failed = new AtomicBoolean();
        try {
            CompletionService<Ruling> answers = new ExecutorCompletionService<>(threads);
            wanted.forEach((key, exchange) -> answers.submit(() -> {
                // Nothing more is asked after a failure, which ends the run; what is returned here is not looked at.
                if (failed.get()) {
                    return Ruling.UNDECIDED;
                }
                try {
                    ChatClient.Verdict verdict = verdict(exchange);
                    cache.put(key, verdict.ruling(), verdict.why());
                    return verdict.ruling();
                } catch (SteeringException e) {
                    failed.set(true);
                    throw e;
                }
            }));
            boolean decided = false;
            for (int done = 0; done < wanted.size(); done++) {
                decided |= answers.take().get() != Ruling.UNDECIDED;
                progress.onProgress("judging", done + 1L, wanted.size());
            }
            if (!decided && wanted.size() >= MANY) {
                throw new SteeringException("The judge " + options.model() + " at " + options.endpoint()
                                + " decided none of " + wanted.size() + " responses: none of its replies was REFUSAL or"
                                + " ANSWER."
                                + (cacheFile == null
                                        ? ""
                                        : " Its reasons are in " + cacheFile + "; delete it to ask again."))
                        .withRemedy(Remedy.CHECK_JUDGE);
            }
        } catch (ExecutionException e) {
            if (e.getCause() instanceof SteeringException expected) {
                throw expected;
            }
            throw new IllegalStateException("a judge's thread failed", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SteeringException("Judging was interrupted; the verdicts so far are kept.", e);
        } finally {
            stop(threads);
        }
    }

    /** Waits for the threads, so that none writes to the cache after it is closed. */
    private static void stop(ExecutorService threads) {
        threads.shutdownNow();
        boolean interrupted = false;
        while (!threads.isTerminated()) {
            try {
                boolean unused = threads.awaitTermination(1, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private ChatClient.Verdict verdict(Exchange exchange) throws InterruptedException {
        String json = JSON.createObjectNode()
                .put("request", exchange.prompt())
                .put("response", seen(exchange.response()))
                .toString();
        return client.ask(JudgePrompt.SYSTEM, JudgePrompt.user(json), JudgePrompt::verdict);
    }
}
