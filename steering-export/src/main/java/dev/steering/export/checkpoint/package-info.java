/** Reading Hugging Face checkpoints: config.json and sharded safetensors, never more than headers in memory. */
@NullMarked
package dev.steering.export.checkpoint;

import org.jspecify.annotations.NullMarked;
