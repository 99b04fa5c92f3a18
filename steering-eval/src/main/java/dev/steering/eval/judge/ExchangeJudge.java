package dev.steering.eval.judge;

import dev.steering.core.ProgressListener;
import dev.steering.core.SteeringException;
import java.util.List;

/** Decides about responses beside what was asked. Implementations are thread-safe. */
public interface ExchangeJudge {
    /** @return short name, for tables and files */
    String name();

    /**
     * @param exchanges what was asked and answered
     * @param progress told how many are judged
     * @return true for each refusal, in the same order
     * @throws SteeringException if no verdict can be had
     */
    List<Boolean> verdicts(List<Exchange> exchanges, ProgressListener progress);

    /**
     * @param name what to call it
     * @param judge looks at responses alone
     * @return the same as a judge of exchanges
     */
    static ExchangeJudge of(String name, RefusalJudge judge) {
        return new ExchangeJudge() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public List<Boolean> verdicts(List<Exchange> exchanges, ProgressListener progress) {
                return judge.verdicts(exchanges.stream().map(Exchange::response).toList());
            }
        };
    }
}
