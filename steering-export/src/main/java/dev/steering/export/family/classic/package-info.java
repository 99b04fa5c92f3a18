/** Families of before Llama: GPT-2, GPT-J, GPT-NeoX, OPT, BLOOM, MPT, Falcon, Phi-1 and 2. */
@NullMarked
package dev.steering.export.family.classic;

import org.jspecify.annotations.NullMarked;
