package dev.steering.bench.callers;

import dev.steering.apply.ModelStatistics;
import dev.steering.apply.SteeredModel;
import dev.steering.bench.BenchSettings;
import dev.steering.bench.Samples;
import dev.steering.bench.callers.CallersReport.Load;
import dev.steering.bench.workload.WordTokenizer;
import dev.steering.core.ProgressListener;
import dev.steering.core.SteeringException;
import dev.steering.core.bundle.Bundle;
import dev.steering.model.chat.ChatModel;
import dev.steering.model.chat.PromptFormat;
import dev.steering.model.ort.LanguageModel;
import dev.steering.model.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Times a {@link SteeredModel} under one caller and under many. Each caller asks its next request when the last is answered; every
 * second request is steered, in turn by two vectors. Both are timed in every round, one right after the other and every time
 * beginning with the other one, so that whatever makes the machine slower for a while makes both slower.
 */
public final class CallersBench {
    /** Requests of the one caller in a round. */
    static final int REQUESTS_OF_ONE = 4;

    /** Requests of each of many callers in a round: one of each kind. */
    static final int REQUESTS_OF_EACH = 4;

    private final SteeredModel model;
    private final CallerRequests requests;
    private final ExecutorService threads;

    private CallersBench(SteeredModel model, ExecutorService threads) {
        this.model = model;
        this.requests = new CallerRequests(model);
        this.threads = threads;
    }

    /**
     * @param bundle the model
     * @param settings threads, rounds and weights; cases are not looked at
     * @param callers how many call at once, at least 2
     * @param progress told how far it has come
     * @return the figures
     * @throws SteeringException if the model cannot be run, or its context is too short
     */
    public static CallersReport run(Bundle bundle, BenchSettings settings, int callers, ProgressListener progress) {
        if (callers < 2) {
            throw new IllegalArgumentException("callers: expected at least 2, found " + callers);
        }
        int needed = CallerRequests.PROMPT + CallerRequests.ANSWER;
        if (bundle.manifest().context() < needed) {
            throw new SteeringException("Nothing to time: requests need a context of " + needed + " tokens, that of "
                    + bundle.manifest().name() + " is " + bundle.manifest().context() + ".");
        }
        ExecutorService threads = Executors.newFixedThreadPool(callers);
        // Closed with the steered model: language model and tokenizer are the chat model's.
        LanguageModel language = LanguageModel.open(bundle, settings.runtime());
        Tokenizer tokenizer = WordTokenizer.open(bundle.manifest().vocabulary());
        ChatModel chat = ChatModel.of(language, tokenizer, PromptFormat.plain());
        try (SteeredModel model = SteeredModel.builder(chat).maxBatch(callers).open()) {
            return new CallersBench(model, threads).run(settings, callers, progress);
        } finally {
            threads.shutdownNow();
        }
    }

    private CallersReport run(BenchSettings settings, int callers, ProgressListener progress) {
        int rounds = settings.repetitions();
        Timed one = new Timed(rounds);
        Timed many = new Timed(rounds);
        progress.onProgress("warming up", 0, 1);
        time(1, 2, new Timed(1), 0);
        time(callers, 1, new Timed(1), 0);
        double[] ratios = new double[rounds];
        for (int round = 0; round < rounds; round++) {
            progress.onProgress("timing", round, rounds);
            if (round % 2 == 0) {
                time(1, REQUESTS_OF_ONE, one, round);
                time(callers, REQUESTS_OF_EACH, many, round);
            } else {
                time(callers, REQUESTS_OF_EACH, many, round);
                time(1, REQUESTS_OF_ONE, one, round);
            }
            ratios[round] = many.tokensPerSecond[round] / one.tokensPerSecond[round];
        }
        progress.onProgress("timing", rounds, rounds);
        return new CallersReport(model.manifest(), settings, callers, one.load(), many.load(), Samples.of(ratios));
    }

    /** What was measured under so many callers. */
    private static final class Timed {
        private final double[] tokensPerSecond;
        private final double[] rows;
        private final List<Double> firstTokens = new ArrayList<>();

        Timed(int rounds) {
            this.tokensPerSecond = new double[rounds];
            this.rows = new double[rounds];
        }

        Load load() {
            double[] first =
                    firstTokens.stream().mapToDouble(Double::doubleValue).toArray();
            return new Load(Samples.of(tokensPerSecond), Samples.of(first), Samples.of(rows));
        }
    }

    private void time(int callers, int each, Timed timed, int round) {
        ModelStatistics before = model.statistics();
        long start = System.nanoTime();
        List<Future<List<CallerRequests.Answered>>> running = new ArrayList<>();
        for (int caller = 0; caller < callers; caller++) {
            int first = round * each + caller;
            Callable<List<CallerRequests.Answered>> calls = () -> {
                List<CallerRequests.Answered> answered = new ArrayList<>();
                for (int i = 0; i < each; i++) {
                    answered.add(requests.ask(first + i));
                }
                return answered;
            };
            running.add(threads.submit(calls));
        }
        long tokens = 0;
        for (Future<List<CallerRequests.Answered>> caller : running) {
            for (CallerRequests.Answered answer : answers(caller)) {
                tokens += answer.tokens();
                timed.firstTokens.add(answer.firstToken());
            }
        }
        timed.tokensPerSecond[round] = tokens * 1e9 / (System.nanoTime() - start);
        ModelStatistics after = model.statistics();
        double rows = after.passes() * after.meanRows() - before.passes() * before.meanRows();
        timed.rows[round] = rows / (after.passes() - before.passes());
    }

    private static List<CallerRequests.Answered> answers(Future<List<CallerRequests.Answered>> caller) {
        try {
            return caller.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SteeringException("The measurement was interrupted.", e);
        } catch (ExecutionException e) {
            throw new SteeringException("A caller failed: " + e.getCause(), e);
        }
    }
}
