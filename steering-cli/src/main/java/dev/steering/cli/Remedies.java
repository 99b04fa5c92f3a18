package dev.steering.cli;

import dev.steering.core.Remedy;
import dev.steering.core.SteeringException;

/** Which command or option mends what the library complains about: its messages know nothing of the command line. */
final class Remedies {
    private Remedies() {}

    /** The message with what to do here. */
    static String message(SteeringException e) {
        Remedy remedy = e.remedy();
        return remedy == null ? String.valueOf(e.getMessage()) : e.getMessage() + " " + words(remedy);
    }

    private static String words(Remedy remedy) {
        return switch (remedy) {
            case GIVE_VECTOR -> "(Give one with --vector.)";
            case GIVE_STRENGTH -> "(Give --alpha, or run 'steer layers VECTOR --model BUNDLE' first.)";
            case GIVE_LAYERS -> "(Give --layers, or run 'steer layers VECTOR --model BUNDLE' first.)";
            case ANCHOR_LAYERS -> "(Run 'steer layers VECTOR --model BUNDLE' first.)";
        };
    }
}
