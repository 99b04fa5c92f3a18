package dev.steering.core.certificate;

/**
 * How a model answered one set of prompts.
 *
 * @param refused how many it refused
 * @param low lower end of Wilson's 95 % interval of the share refused, 0..1
 * @param high its upper end, 0..1
 * @param empty answers in which nothing can be seen
 * @param repetitive answers that end in a loop
 * @param cut answers that the limit of tokens has cut
 */
public record CertifiedAnswers(int refused, double low, double high, int empty, int repetitive, int cut) {
    /**
     * @param prompts size of the set
     * @return share refused, 0..1
     */
    public double rate(int prompts) {
        return (double) refused / prompts;
    }
}
