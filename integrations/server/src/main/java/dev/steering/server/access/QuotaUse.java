package dev.steering.server.access;

import dev.steering.server.http.Gatekeeper;
import dev.steering.server.http.HttpError;
import java.util.concurrent.TimeUnit;

/** What of a quota is used: a bucket that holds a minute's requests and fills up evenly. Thread-safe. */
final class QuotaUse {
    private static final double MINUTE = TimeUnit.MINUTES.toNanos(1);

    private final Quota quota;
    private int now;
    private double left;
    private long filled = System.nanoTime();

    QuotaUse(Quota quota) {
        this.quota = quota;
        this.left = quota.perMinute();
    }

    synchronized Gatekeeper.Pass enter() {
        if (now >= quota.concurrent()) {
            throw new HttpError(
                    429,
                    "too_many_requests",
                    null,
                    "Of this token " + now + " requests are being answered, which is the limit. Wait for one to end.");
        }
        if (quota.perMinute() > 0) {
            long time = System.nanoTime();
            left = Math.min(quota.perMinute(), left + (time - filled) / MINUTE * quota.perMinute());
            filled = time;
            if (left < 1) {
                int wait = (int) Math.ceil((1 - left) * 60 / quota.perMinute());
                throw HttpError.tooMuch(
                        "rate_limit_exceeded",
                        "This token may ask " + quota.perMinute() + " times a minute, and has. Try again in " + wait
                                + " s.",
                        wait);
            }
            left--;
        }
        now++;
        return this::leave;
    }

    private synchronized void leave() {
        now--;
    }
}
