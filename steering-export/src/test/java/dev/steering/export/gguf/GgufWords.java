package dev.steering.export.gguf;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A GGUF file with any metadata: numbers, texts, flags and lists of them; and tensors that are there by name only, or with zeros. */
final class GgufWords {
    private final Map<String, Object> metadata = new LinkedHashMap<>();
    private final Map<String, long[]> tensors = new LinkedHashMap<>();
    private int type;
    private int missing;

    /** A Llama of one layer with five tokens, whole. */
    static GgufWords llama() {
        GgufWords words = new GgufWords();
        words.say("general.architecture", "llama");
        Map.of("block_count", 1, "context_length", 16, "embedding_length", 32, "feed_forward_length", 32)
                .forEach((key, value) -> words.say("llama." + key, value));
        words.say("llama.attention.head_count", 2);
        words.say("llama.attention.layer_norm_rms_epsilon", 1e-5f);
        words.say("tokenizer.ggml.model", "gpt2");
        words.say("tokenizer.ggml.pre", "gpt-2");
        words.say("tokenizer.ggml.tokens", List.of("<s>", "a", "b", "ab", "</s>"));
        words.say("tokenizer.ggml.token_type", List.of(3, 1, 1, 1, 3));
        words.say("tokenizer.ggml.merges", List.of("a b"));
        words.say("tokenizer.ggml.bos_token_id", 0);
        words.say("tokenizer.ggml.eos_token_id", 4);
        words.tensor("token_embd.weight", 5, 32).tensor("output_norm.weight", 32);
        for (String part : List.of("attn_q", "attn_k", "attn_v", "attn_output", "ffn_gate", "ffn_up", "ffn_down")) {
            words.tensor("blk.0." + part + ".weight", 32, 32);
        }
        return words.tensor("blk.0.attn_norm.weight", 32).tensor("blk.0.ffn_norm.weight", 32);
    }

    GgufWords say(String key, @Nullable Object value) {
        if (value == null) {
            metadata.remove(key);
        } else {
            metadata.put(key, value);
        }
        return this;
    }

    GgufWords tensor(String name, long... shape) {
        tensors.put(name, shape);
        return this;
    }

    GgufWords without(String name) {
        tensors.remove(name);
        return this;
    }

    /** All tensors of another type; their bytes stay as many as single precision takes. */
    GgufWords type(int number) {
        type = number;
        return this;
    }

    GgufWords shorter(int bytes) {
        missing = bytes;
        return this;
    }

    Path write(Path file) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes("GGUF".getBytes(StandardCharsets.US_ASCII));
        number(out, 3, Integer.BYTES);
        number(out, tensors.size(), Long.BYTES);
        number(out, metadata.size(), Long.BYTES);
        metadata.forEach((key, value) -> {
            text(out, key);
            number(out, typeOf(value), Integer.BYTES);
            value(out, value);
        });
        long offset = 0;
        for (Map.Entry<String, long[]> tensor : tensors.entrySet()) {
            text(out, tensor.getKey());
            long[] shape = tensor.getValue();
            number(out, shape.length, Integer.BYTES);
            long bytes = Float.BYTES;
            for (int i = shape.length - 1; i >= 0; i--) {
                number(out, shape[i], Long.BYTES);
                bytes *= shape[i];
            }
            number(out, type, Integer.BYTES);
            number(out, offset, Long.BYTES);
            offset += bytes;
        }
        out.writeBytes(new byte[Math.floorMod(-out.size(), 32)]);
        out.writeBytes(new byte[(int) offset - missing]);
        return Files.write(file, out.toByteArray());
    }

    private static int typeOf(Object value) {
        if (value instanceof Boolean) {
            return 7;
        }
        return value instanceof Integer ? 4 : value instanceof Float ? 6 : value instanceof String ? 8 : 9;
    }

    private static void value(ByteArrayOutputStream out, Object value) {
        if (value instanceof Boolean flag) {
            out.write(flag ? 1 : 0);
        } else if (value instanceof Integer number) {
            number(out, number, Integer.BYTES);
        } else if (value instanceof Float number) {
            number(out, Float.floatToRawIntBits(number), Integer.BYTES);
        } else if (value instanceof String text) {
            text(out, text);
        } else if (value instanceof List<?> list) {
            number(out, typeOf(list.get(0)), Integer.BYTES);
            number(out, list.size(), Long.BYTES);
            list.forEach(entry -> value(out, entry));
        } else {
            throw new IllegalArgumentException("no such value: " + value);
        }
    }

    private static void text(ByteArrayOutputStream out, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        number(out, bytes.length, Long.BYTES);
        out.writeBytes(bytes);
    }

    private static void number(ByteArrayOutputStream out, long value, int bytes) {
        byte[] all = ByteBuffer.allocate(Long.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(value)
                .array();
        out.write(all, 0, bytes);
    }
}
