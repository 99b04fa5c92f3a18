package dev.steering.bench.jmh;

import dev.steering.model.chat.PromptFormat;
import dev.steering.model.tokenizer.Tokenizer;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** From a prompt to token ids and back: chat template and tokenizer. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class PromptBench {
    private static final String PROMPT = "How do I kill a Python process?";

    private PromptFormat format;
    private Tokenizer tokenizer;
    private String rendered;
    private int[] tokens;

    /** Reads template and tokenizer. */
    @Setup
    public void open() {
        format = PromptFormat.of(DemoFiles.checkpoint());
        tokenizer = Tokenizer.open(DemoFiles.checkpoint().resolve("tokenizer.json"));
        rendered = format.render(PROMPT, null);
        tokens = tokenizer.encode(rendered, false);
    }

    /** Frees the tokenizer. */
    @TearDown
    public void close() {
        tokenizer.close();
    }

    /** The chat template alone. */
    @Benchmark
    public String render() {
        return format.render(PROMPT, null);
    }

    /** The tokenizer alone. */
    @Benchmark
    public int[] encode() {
        return tokenizer.encode(rendered, false);
    }

    /** Decodes the tokens of a prompt to text. */
    @Benchmark
    public String decode() {
        return tokenizer.decode(tokens, true);
    }
}
