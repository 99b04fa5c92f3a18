package dev.steering.cli.commands;

/** The option of several commands that leaves weights in their files. */
final class MappedWeights {
    static final String NAME = "--mapped-weights";

    static final String DESCRIPTION =
            "Leave weights in their files instead of copying them into the fastest layout. The model opens at once, and its"
                    + " memory is shared with other processes and the system's to take back; it is up to a quarter slower.";

    private MappedWeights() {}
}
