/** LoRA adapters, merged into a checkpoint's matrices when it is exported. */
@org.jspecify.annotations.NullMarked
package dev.steering.export.adapter;
