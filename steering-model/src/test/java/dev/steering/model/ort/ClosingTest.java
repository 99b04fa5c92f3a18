package dev.steering.model.ort;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.core.ModelClosed;
import dev.steering.core.bundle.GraphSignature.Padding;
import dev.steering.core.safetensors.DType;
import dev.steering.model.pass.DirectionSet;
import dev.steering.model.pass.ForwardRequest;
import dev.steering.model.pass.PassSteering;
import dev.steering.model.pass.Schedule;
import dev.steering.testkit.ToyDecoder;
import dev.steering.testkit.ToyDecoder.Layout;
import dev.steering.testkit.ToyDecoder.Positions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Closing a model while it is used: everybody gets a right answer or {@link ModelClosed}, and the process lives. */
@Timeout(300)
class ClosingTest {
    private static final float CLOSE = 1e-4f;
    private static final Duration LONG = Duration.ofSeconds(60);

    @TempDir
    private Path directory;

    private final ExecutorService threads = Executors.newCachedThreadPool();

    @AfterEach
    void stop() {
        threads.shutdownNow();
    }

    @Test
    void twoHundredClosesWithACacheInPlace() throws Exception {
        TestModel.open(directory).close();
        closes(directory.resolve("bundle"), 200, true);
    }

    @Test
    void twoHundredClosesWithAGrowingCache() throws Exception {
        new ToyDecoder(Padding.LEFT, Positions.GIVEN, Layout.SPLIT, DType.I64).write(directory);
        closes(directory, 200, false);
    }

    private void closes(Path bundle, int rounds, boolean canProject) throws Exception {
        SplittableRandom random = new SplittableRandom(5);
        AtomicInteger answers = new AtomicInteger();
        float[][] expected = new float[4][];
        for (int round = 0; round < rounds; round++) {
            LanguageModel model = LanguageModel.open(bundle);
            if (round == 0) {
                for (int user = 0; user < expected.length; user++) {
                    expected[user] = new User(model, user, canProject).answer();
                }
            }
            List<Future<?>> users = new ArrayList<>();
            for (int user = 0; user < expected.length; user++) {
                User one = new User(model, user, canProject);
                float[] answer = expected[user];
                users.add(threads.submit(() -> answersUntilClosed(one, answer, answers)));
            }
            awaitMore(answers, random.nextInt(5));
            Thread.sleep(random.nextInt(3), random.nextInt(1_000_000));
            switch (round % 3) {
                case 0 -> model.close();
                case 1 -> assertTrue(model.close(LONG), "all passes are short");
                default -> model.close(Duration.ofNanos(random.nextInt(300_000)));
            }
            for (Future<?> user : users) {
                user.get();
            }
            model.close();
        }
        assertTrue(answers.get() > rounds, "answers between the closes: " + answers);
    }

    private static void answersUntilClosed(User user, float[] expected, AtomicInteger answers) {
        while (true) {
            try {
                assertArrayEquals(expected, user.answer(), CLOSE);
                answers.incrementAndGet();
            } catch (ModelClosed e) {
                assertTrue(e.getMessage().contains(" closed "), e.getMessage());
                return;
            }
        }
    }

    /** Some work is done before each close, however slow the machine is; the time limit of the test ends a wait in vain. */
    private static void awaitMore(AtomicInteger count, int more) throws InterruptedException {
        int enough = count.get() + more;
        while (count.get() < enough) {
            Thread.sleep(0, 100_000);
        }
    }

    /** Reads a prompt, goes on with it twice, forgets and repeats a part, all with caches that it closes itself. */
    private record User(LanguageModel model, int number, boolean canProject) {
        float[] answer() {
            int length = Math.min(24 + 40 * number, model.manifest().context() - 8);
            int[] tokens = TestModel.tokens(length, number);
            for (int i = 0; i < tokens.length; i++) {
                tokens[i] %= model.manifest().vocabulary();
            }
            PassSteering steering = number % 2 == 0 ? null : steering();
            try (KeyValueCache prompt = model.newCache(1, tokens.length + 8);
                    KeyValueCache answers = model.newCache(0, tokens.length + 8)) {
                model.forward(ForwardRequest.of(List.of(tokens)).withSteering(steering), prompt);
                answers.append(prompt, 0, 0);
                prompt.rewind(0, tokens.length / 2);
                float[] last = {};
                for (int step = 0; step < 4; step++) {
                    int token = 3 + step;
                    List<int[]> both = List.of(new int[] {token}, new int[] {token});
                    last = model.forward(
                                    ForwardRequest.of(both)
                                            .withSteering(steering)
                                            .withLastLogits(),
                                    answers)
                            .logits(1, 0);
                }
                answers.remove(0);
                return last;
            }
        }

        private PassSteering steering() {
            float[][] points =
                    new float[model.manifest().points()][model.manifest().hidden()];
            points[1][0] = 1;
            DirectionSet direction = DirectionSet.of(points);
            return canProject
                    ? PassSteering.projectingOut(direction, true, List.of(Schedule.everywhere(1)))
                    : PassSteering.adding(direction, List.of(Schedule.everywhere(1)));
        }
    }

    @Test
    void aPassThatIsRunningIsWaitedForAndAnswers() throws Exception {
        LanguageModel model = TestModel.open(directory);
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        Future<float[]> pass =
                threads.submit(() -> model.forward(waiting(begun, goOn)).logits(0, 0));
        begun.await();
        Future<?> closing = threads.submit((Runnable) model::close);
        assertThrows(ModelClosed.class, () -> untilRefused(model));
        assertFalse(closing.isDone(), "the pass is still running");
        goOn.countDown();
        assertEquals(TestModel.VOCABULARY, pass.get().length);
        closing.get();
    }

    @Test
    void aPassThatDoesNotEndInTimeIsCutShort() throws Exception {
        LanguageModel model = TestModel.open(directory);
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        AtomicReference<Throwable> failure = new AtomicReference<>();
        Thread pass = new Thread(() -> {
            try {
                model.forward(waiting(begun, goOn));
            } catch (ModelClosed e) {
                failure.set(e);
            }
        });
        pass.start();
        begun.await();
        assertFalse(model.close(Duration.ofMillis(10)));
        goOn.countDown();
        pass.join();
        assertEquals(
                "The model llama was closed during this pass, which did not end in the time that was left to it.",
                failure.get().getMessage());
        assertTrue(model.close(LONG), "the pass that was cut short has freed the model");
    }

    @Test
    void aPassCannotCloseItsOwnModelOrCache() {
        LanguageModel model = TestModel.open(directory);
        KeyValueCache cache = model.newCache(1, 8);
        assertEquals(
                "The model llama cannot be closed by a thread that is using it",
                during(model, cache, model::close).getMessage());
        assertEquals(
                "the cache cannot be closed by a pass that is using it",
                during(model, cache, cache::close).getMessage());
        assertEquals(
                "the cache is in use: it is for one thread at a time",
                during(model, cache, () -> cache.rewind(0, 0)).getMessage());
        cache.close();
        model.close();
    }

    private static IllegalStateException during(LanguageModel model, KeyValueCache cache, Runnable action) {
        Schedule acting = (position, direction) -> {
            action.run();
            return 0;
        };
        return assertThrows(IllegalStateException.class, () -> model.forward(request(acting), cache));
    }

    @Test
    void aCacheIsForOneThreadAtATime() throws Exception {
        try (LanguageModel model = TestModel.open(directory)) {
            KeyValueCache cache = model.newCache(1, 8);
            CountDownLatch begun = new CountDownLatch(1);
            CountDownLatch goOn = new CountDownLatch(1);
            Future<?> pass = threads.submit(() -> model.forward(waiting(begun, goOn), cache));
            begun.await();
            for (Runnable change : List.<Runnable>of(
                    () -> cache.reset(1),
                    () -> cache.remove(0),
                    () -> cache.append(cache, 0),
                    () -> model.forward(request(Schedule.OFF), cache))) {
                IllegalStateException e = assertThrows(IllegalStateException.class, change::run);
                assertEquals("the cache is in use: it is for one thread at a time", e.getMessage());
            }
            Future<?> closing = threads.submit((Runnable) cache::close);
            goOn.countDown();
            pass.get();
            closing.get();
            IllegalStateException e = assertThrows(IllegalStateException.class, () -> cache.reset(1));
            assertEquals("the cache is closed", e.getMessage());
        }
    }

    @Test
    void aCacheMayBeClosedAfterItsModelAndIsOfNoUseUntilThen() {
        LanguageModel model = TestModel.open(directory);
        KeyValueCache cache = model.newCache(1, 8);
        model.forward(request(Schedule.OFF), cache);
        model.close();
        for (Runnable change : List.<Runnable>of(
                () -> cache.reset(1),
                () -> cache.remove(0),
                () -> cache.rewind(0, 1),
                () -> cache.append(cache, 0),
                () -> model.newCache(1, 8),
                () -> model.forward(request(Schedule.OFF)),
                () -> model.forward(request(Schedule.OFF), cache))) {
            assertThrows(ModelClosed.class, change::run);
        }
        cache.close();
        cache.close();
    }

    @Test
    void anotherModelsCacheIsRefused(@TempDir Path other) {
        try (LanguageModel model = TestModel.open(directory);
                LanguageModel second = TestModel.open(other);
                KeyValueCache cache = second.newCache(1, 8)) {
            IllegalArgumentException e =
                    assertThrows(IllegalArgumentException.class, () -> model.forward(request(Schedule.OFF), cache));
            assertEquals("rows of another model's cache", e.getMessage());
        }
    }

    private static ForwardRequest request(Schedule schedule) {
        DirectionSet direction = TestModel.only(1, TestModel.random(1, 1));
        return ForwardRequest.of(List.of(TestModel.tokens(4, 1)))
                .withSteering(PassSteering.adding(direction, List.of(schedule)))
                .withLastLogits();
    }

    /** A pass that says when it has begun and goes on when it may. */
    private static ForwardRequest waiting(CountDownLatch begun, CountDownLatch goOn) {
        return request((position, direction) -> {
            begun.countDown();
            try {
                goOn.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            return 0;
        });
    }

    private static void untilRefused(LanguageModel model) {
        while (true) {
            model.forward(request(Schedule.OFF));
        }
    }
}
