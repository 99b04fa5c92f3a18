package dev.steering.eval.judge.http;

import java.net.http.HttpHeaders;
import java.time.Clock;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/** When to ask again: exponential waits with a random part, or what the server asks for. Thread-safe. */
final class Retries {
    private final Duration first;
    private final Duration longest;
    private final DoubleSupplier random;
    private final Clock clock;
    private final Sleeper sleeper;

    /** Waits; replaced in tests. */
    @FunctionalInterface
    interface Sleeper {
        void sleep(Duration time) throws InterruptedException;
    }

    Retries(Duration first, Duration longest, DoubleSupplier random, Clock clock, Sleeper sleeper) {
        this.first = first;
        this.longest = longest;
        this.random = random;
        this.clock = clock;
        this.sleeper = sleeper;
    }

    static Retries of(JudgeOptions options) {
        return new Retries(
                options.firstWait(),
                options.longestWait(),
                () -> ThreadLocalRandom.current().nextDouble(),
                Clock.systemUTC(),
                time -> Thread.sleep(time.toMillis()));
    }

    /** Time-outs, overload and servers that are down pass; anything else the server says it will say again. */
    static boolean isWorthwhile(int status) {
        return status == 408 || status == 409 || status == 425 || status == 429 || status >= 500;
    }

    /**
     * @param attempt the one that failed, from 1
     * @param asked what the server asked for; null if it did not
     * @return how long to wait: what was asked for, otherwise first * 2^(attempt-1) less a random part of up to a half, so that
     *     many clients do not come back at once; never more than the longest wait
     */
    Duration wait(int attempt, @Nullable Duration asked) {
        double exponential = (double) first.toMillis() * Math.pow(2, attempt - 1.0) * (1 - random.getAsDouble() / 2);
        double millis = asked == null ? exponential : (double) asked.toMillis();
        return Duration.ofMillis((long) Math.min(millis, (double) longest.toMillis()));
    }

    void sleep(Duration time) throws InterruptedException {
        sleeper.sleep(time);
    }

    /** Retry-After in seconds or as a date (RFC 9110, section 10.2.3); null if absent, unreadable or past. */
    @Nullable
    Duration retryAfter(HttpHeaders headers) {
        Optional<String> value = headers.firstValue("Retry-After");
        if (value.isEmpty()) {
            return null;
        }
        String text = value.get().strip();
        try {
            Duration wait = text.matches("\\d{1,9}")
                    ? Duration.ofSeconds(Long.parseLong(text))
                    : Duration.between(
                            clock.instant(),
                            ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME)
                                    .toInstant());
            return wait.isNegative() ? null : wait;
        } catch (DateTimeParseException e) {
            return null;
        }
    }
}
