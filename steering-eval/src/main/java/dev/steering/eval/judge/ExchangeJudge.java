package dev.steering.eval.judge;

import dev.steering.core.ProgressListener;
import dev.steering.core.SteeringException;
import java.util.List;

/** Decides about responses beside what was asked. Implementations are thread-safe. */
public interface ExchangeJudge {
    /** @return short name, for tables and files; another name is another judge */
    String name();

    /**
     * @param exchanges what was asked and answered
     * @param progress told how many are judged
     * @return what it says of each, in the same order
     * @throws SteeringException if no verdicts can be had at all
     */
    List<Ruling> rulings(List<Exchange> exchanges, ProgressListener progress);

    /**
     * @param response a response as it was written
     * @return the part of it that this judge looks at: all of it, or what stands behind the reasoning ({@link FinalAnswer})
     */
    default String seen(String response) {
        return response;
    }

    /**
     * @param name what to call it
     * @param judge looks at responses alone, as they are
     * @return the same as a judge of exchanges, which is never undecided
     */
    static ExchangeJudge of(String name, RefusalJudge judge) {
        return new ExchangeJudge() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public List<Ruling> rulings(List<Exchange> exchanges, ProgressListener progress) {
                return judge.verdicts(exchanges.stream().map(Exchange::response).toList()).stream()
                        .map(Ruling::of)
                        .toList();
            }
        };
    }
}
