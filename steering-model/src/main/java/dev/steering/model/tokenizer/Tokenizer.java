package dev.steering.model.tokenizer;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.huggingface.tokenizers.jni.LibUtils;
import dev.steering.core.BadFile;
import dev.steering.core.BadRequest;
import dev.steering.core.SteeringException;
import dev.steering.model.internal.UseCount;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A Hugging Face {@code tokenizer.json}. Thread-safe; closing frees native memory as soon as nothing is being encoded or decoded, and
 * refuses what follows with {@link dev.steering.core.ModelClosed}.
 */
public final class Tokenizer implements AutoCloseable {
    private final Path file;
    private final HuggingFaceTokenizer tokenizer;
    private final UseCount uses;
    private final Object lock = new Object();
    private @Nullable ControlTokens control;
    private @Nullable EscapedEncoder escaped;

    private Tokenizer(Path file, HuggingFaceTokenizer tokenizer) {
        this.file = file;
        this.tokenizer = tokenizer;
        this.uses = new UseCount("The tokenizer " + file, this::free);
    }

    /**
     * @param file a {@code tokenizer.json}
     * @return the tokenizer, neither truncating nor padding
     * @throws SteeringException if the file is missing or no tokenizer can be made of it
     */
    public static Tokenizer open(Path file) {
        if (!Files.isRegularFile(file)) {
            Path directory = file.toAbsolutePath().getParent();
            String advice = directory == null ? null : OtherTokenizers.advice(directory);
            throw new BadFile("No tokenizer at " + file + ". Expected a tokenizer.json as Hugging Face's fast"
                    + " tokenizers save it"
                    + (advice == null ? "; put one beside the weights and export the model again." : ". " + advice));
        }
        // The library reports its use to its makers on some cloud machines unless told not to.
        System.setProperty("OPT_OUT_TRACKING", "true");
        requireLibrary();
        try {
            TokenizerCheck.require(file);
            return new Tokenizer(
                    file,
                    HuggingFaceTokenizer.builder()
                            .optTokenizerPath(file)
                            // The library's defaults cut at 512 tokens and pad, silently.
                            .optTruncation(false)
                            .optPadding(false)
                            .build());
        } catch (IOException | RuntimeException e) {
            throw new BadFile("The tokenizer " + file + " is damaged or of an unknown kind: " + e.getMessage(), e);
        }
    }

    /** A library that cannot be loaded is no fault of the file, whichever is read first. */
    private static void requireLibrary() {
        try {
            LibUtils.checkStatus();
        } catch (RuntimeException | LinkageError e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new SteeringException(
                    "The native library that reads tokenizers cannot be loaded on " + System.getProperty("os.name")
                            + ", "
                            + System.getProperty("os.arch") + ": " + cause.getMessage()
                            + ". It is there for Linux (with glibc, on"
                            + " x86-64 and 64-bit ARM), macOS on ARM and Windows on x86-64, and is copied to the directory .djl.ai"
                            + " in the home directory first, which must be writable and allow programs to run: DJL_CACHE_DIR in"
                            + " the environment names another one.",
                    e);
        }
    }

    /**
     * @param text any text; special tokens in it are recognised
     * @param addSpecialTokens whether the tokenizer's own begin and end tokens are added
     * @return token ids
     * @throws SteeringException if the text holds half a surrogate pair, or the tokenizer has no token for a part of it
     */
    public int[] encode(String text, boolean addSpecialTokens) {
        requireWellFormed(text);
        uses.begin();
        try {
            return Arrays.stream(tokenizer.encode(text, addSpecialTokens, false).getIds())
                    .mapToInt(Math::toIntExact)
                    .toArray();
        } catch (RuntimeException e) {
            throw failed("encode a text", e);
        } finally {
            uses.end();
        }
    }

    /**
     * Text that is no chat prompt, as the model was trained on it: with the tokenizer's own begin and end tokens.
     *
     * @param text any text; special tokens in it are recognised
     * @return token ids; a begin token that the text writes out itself is not added a second time
     * @throws SteeringException if the text holds half a surrogate pair
     */
    public int[] encodeWithOneBegin(String text) {
        int[] all = encode(text, true);
        boolean doubled = all.length > 1 && all[0] == all[1] && isBegin(all[0]);
        return doubled ? Arrays.copyOfRange(all, 1, all.length) : all;
    }

    /** Whether the tokenizer puts this token in front of any text. */
    private boolean isBegin(int token) {
        return encode("a", true)[0] == token && encode("a", false)[0] != token;
    }

    /**
     * @param tokens token ids
     * @param skipSpecialTokens whether special tokens are left out
     * @return their text; U+FFFD where the ids hold a part of a character
     */
    public String decode(int[] tokens, boolean skipSpecialTokens) {
        uses.begin();
        try {
            return tokenizer.decode(Arrays.stream(tokens).asLongStream().toArray(), skipSpecialTokens);
        } catch (RuntimeException e) {
            throw failed("decode tokens", e);
        } finally {
            uses.end();
        }
    }

    /** @return the texts that become control tokens wherever they stand */
    public ControlTokens controlTokens() {
        synchronized (lock) {
            if (control == null) {
                control = ControlTokens.read(file);
            }
            return control;
        }
    }

    /**
     * Encodes words of users so that no control token comes of them: what looks like one has the tokens of ordinary text, as
     * {@code encode_special_tokens} of the Python library gives them.
     *
     * @param words any texts
     * @param render puts the words into one text; control tokens that it writes itself stay control tokens
     * @param addSpecialTokens whether the tokenizer's own begin and end tokens are added
     * @return token ids
     * @throws SteeringException if a text holds half a surrogate pair, or the tokenizer has no token for a part of it
     */
    public int[] encodeEscaped(List<String> words, Function<List<String>, String> render, boolean addSpecialTokens) {
        words.forEach(Tokenizer::requireWellFormed);
        ControlTokens known = controlTokens();
        if (!known.areNormalized()
                && words.stream().allMatch(text -> known.in(text).isEmpty())) {
            return encode(render.apply(words), addSpecialTokens);
        }
        uses.begin();
        try {
            EscapedEncoder encoder = escapedEncoder(known);
            String rendered = render.apply(words.stream().map(encoder::hide).toList());
            requireWellFormed(rendered);
            return encoder.encode(rendered, addSpecialTokens);
        } catch (SteeringException e) {
            throw e;
        } catch (RuntimeException e) {
            throw failed("encode a text", e);
        } finally {
            uses.end();
        }
    }

    private EscapedEncoder escapedEncoder(ControlTokens known) {
        synchronized (lock) {
            if (escaped == null) {
                try {
                    escaped = new EscapedEncoder(file, known);
                } catch (IOException | RuntimeException e) {
                    throw new BadFile(
                            "The control tokens of the tokenizer " + file + " cannot be escaped: " + e.getMessage(), e);
                }
            }
            return escaped;
        }
    }

    private void free() {
        tokenizer.close();
        synchronized (lock) {
            if (escaped != null) {
                escaped.close();
            }
        }
    }

    private SteeringException failed(String what, RuntimeException e) {
        return new SteeringException("The tokenizer " + file + " cannot " + what + ": " + e.getMessage(), e);
    }

    /** Half a pair has no UTF-8 form, and the native library's conversion is not to be relied on for it. */
    private static void requireWellFormed(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
            } else if (Character.isSurrogate(c)) {
                throw new BadRequest(String.format(
                        Locale.ROOT,
                        "The text cannot be tokenised: it holds half a character, U+%04X without its other half, at index %d.",
                        (int) c,
                        i));
            }
        }
    }

    /** Waits for what is being encoded or decoded. */
    @Override
    public void close() {
        uses.close();
    }
}
