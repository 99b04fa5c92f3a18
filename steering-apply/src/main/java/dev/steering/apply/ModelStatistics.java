package dev.steering.apply;

/**
 * How busy a model has been since it was opened.
 *
 * @param passes decoding passes
 * @param meanRows mean rows of a decoding pass, 0 before the first: how full batches were
 * @param answered requests that have ended, however
 * @param waiting requests that wait now
 * @param writing requests that are being answered now
 */
public record ModelStatistics(long passes, double meanRows, long answered, int waiting, int writing) {}
