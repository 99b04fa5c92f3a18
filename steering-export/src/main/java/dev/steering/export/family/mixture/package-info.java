/** Families of mixtures that share nothing with the others: DeepSeek and its kin, Llama 4. */
@NullMarked
package dev.steering.export.family.mixture;

import org.jspecify.annotations.NullMarked;
