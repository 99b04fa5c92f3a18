/**
 * Reads and writes the safetensors format: a JSON header that describes named tensors, then their bytes.
 *
 * <p>Reading is lazy and holds no file open; a header that does not describe its file exactly is refused.
 */
@NullMarked
package dev.steering.core.safetensors;

import org.jspecify.annotations.NullMarked;
