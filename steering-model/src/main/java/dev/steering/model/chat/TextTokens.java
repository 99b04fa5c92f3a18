package dev.steering.model.chat;

import dev.steering.core.BadRequest;
import dev.steering.core.bundle.BundleManifest;

/** Prompts of bundles that are the text part of a model that takes pictures or sounds, too. */
final class TextTokens {
    private TextTokens() {}

    /** @throws BadRequest if a token stands for a picture or a sound */
    static void require(BundleManifest manifest, int[] tokens) {
        for (int token : tokens) {
            if (manifest.otherTokens().contains(token)) {
                throw new BadRequest("The prompt has the token " + token
                        + ", which stands for a picture or a sound, and of " + manifest.name()
                        + " only the text part is in the bundle. Leave pictures and sounds out.");
            }
        }
    }
}
