/** Rotary position embeddings: frequencies, and the tables of cosines and sines that a graph reads. */
@NullMarked
package dev.steering.export.decoder.rotary;

import org.jspecify.annotations.NullMarked;
