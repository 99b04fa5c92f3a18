package dev.steering.testkit.conformance;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A causal model in a few lines of Java: every block adds {@code tanh(W (x + mean of x up to here))}, then the steering. Right as it is; with a
 * fault it gets one thing wrong that real runtimes have got wrong.
 */
final class TinyRuntime implements SteeringRuntime {
    private static final int LAYERS = 3;
    private static final int HIDDEN = 6;
    private static final int VOCABULARY = 13;

    /** What is wrong. */
    enum Fault {
        NONE,
        STRENGTH_ZERO_MOVES,
        LAYER_LATE,
        LAYER_EARLY,
        BEHIND_FINAL_NORM,
        SIGN,
        UNIT_DIRECTIONS,
        PROMPT_IS_ALL,
        LAST_IS_WRITTEN,
        PADDING_COUNTS,
        PADDED_ON_THE_LEFT,
        FIRST_ROW_FOR_ALL,
        CACHE_FORGETS,
        CACHE_TWICE,
        SHARED_STEERING,
        SAVES_ROUNDED,
        FORMAT_SHIFTS_LAYERS,
        FORMAT_INVENTS_ROWS
    }

    private final Fault fault;
    private final float[][] embedding = new float[VOCABULARY][];
    private final float[][][] weights = new float[LAYERS][HIDDEN][];
    private final float[][] head = new float[VOCABULARY][];
    private volatile @Nullable Push shared;

    TinyRuntime(Fault fault) {
        this.fault = fault;
        Random random = new Random(3);
        for (int v = 0; v < VOCABULARY; v++) {
            embedding[v] = vector(random);
            head[v] = vector(random);
        }
        for (float[][] layer : weights) {
            for (int i = 0; i < HIDDEN; i++) {
                layer[i] = vector(random);
            }
        }
    }

    private static float[] vector(Random random) {
        float[] vector = new float[HIDDEN];
        for (int i = 0; i < HIDDEN; i++) {
            vector[i] = (float) random.nextGaussian();
        }
        return vector;
    }

    @Override
    public int layers() {
        return LAYERS;
    }

    @Override
    public int hidden() {
        return HIDDEN;
    }

    @Override
    public int vocabulary() {
        return VOCABULARY;
    }

    @Override
    public double tolerance() {
        return 1e-6;
    }

    /** What one row has read so far: per layer the sum of what the block has seen, which is its cache. */
    private final class Reader {
        private final float[][] sums = new float[LAYERS][HIDDEN];
        private final @Nullable Push push;
        private final int prompt;
        private int position;
        private int seen;

        Reader(@Nullable Push push, int prompt) {
            this.push = push;
            this.prompt = prompt;
        }

        /** Reads padding: it leaves nothing behind, unless that is what is wrong. */
        void pad() {
            if (fault == Fault.PADDING_COUNTS) {
                seen++;
            }
            if (fault == Fault.PADDED_ON_THE_LEFT) {
                position++;
            }
        }

        float[][] next(int token) {
            return next(token, 1);
        }

        /** The outputs of all blocks at one token. */
        float[][] next(int token, double times) {
            float[] x = embedding[token].clone();
            float[][] states = new float[LAYERS][];
            seen++;
            for (int l = 0; l < LAYERS; l++) {
                float[] mixed = new float[HIDDEN];
                for (int i = 0; i < HIDDEN; i++) {
                    sums[l][i] += x[i];
                    mixed[i] = x[i] + sums[l][i] / seen;
                }
                for (int i = 0; i < HIDDEN; i++) {
                    x[i] += (float) Math.tanh(dot(weights[l][i], mixed));
                }
                steer(x, l, times);
                states[l] = x.clone();
            }
            position++;
            return states;
        }

        private void steer(float[] x, int layer, double times) {
            Push now = fault == Fault.SHARED_STEERING ? shared : push;
            if (now == null) {
                return;
            }
            if (fault == Fault.STRENGTH_ZERO_MOVES) {
                x[0] += 1e-3f;
            }
            int from = layer - (fault == Fault.LAYER_LATE ? 1 : fault == Fault.LAYER_EARLY ? -1 : 0);
            if (from < 0 || from >= LAYERS || !includes(now.tokens())) {
                return;
            }
            double factor = times * now.strength() * (fault == Fault.SIGN ? -1 : 1);
            double length =
                    fault == Fault.UNIT_DIRECTIONS ? Math.sqrt(dot(now.directions()[from], now.directions()[from])) : 1;
            for (int i = 0; i < HIDDEN; i++) {
                x[i] += (float) (length == 0 ? 0 : factor / length * now.directions()[from][i]);
            }
        }

        private boolean includes(Tokens tokens) {
            if (fault == Fault.PROMPT_IS_ALL && tokens == Tokens.PROMPT) {
                return true;
            }
            if (fault == Fault.LAST_IS_WRITTEN && tokens == Tokens.LAST_PROMPT_TOKEN_ON) {
                return position >= prompt;
            }
            return tokens.includes(position, prompt);
        }
    }

    private static double dot(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }

    private float[] logits(float[] state) {
        double length = Math.sqrt(dot(state, state));
        float[] logits = new float[VOCABULARY];
        for (int v = 0; v < VOCABULARY; v++) {
            logits[v] = (float) (dot(head[v], state) / length * 4);
        }
        return logits;
    }

    private Reader reader(List<Row> rows, int row) {
        Push push = rows.get(fault == Fault.FIRST_ROW_FOR_ALL ? 0 : row).push();
        if (fault == Fault.SHARED_STEERING) {
            shared = push;
            // Time for another caller to put its own there.
            LockSupport.parkNanos(1000);
        }
        Reader reader = new Reader(push, rows.get(row).prompt());
        int longest = rows.stream().mapToInt(r -> r.tokens().length).max().orElse(0);
        for (int i = rows.get(row).tokens().length; i < longest; i++) {
            reader.pad();
        }
        return reader;
    }

    @Override
    public List<Reading> read(List<Row> rows) {
        List<Reading> readings = new ArrayList<>();
        for (int r = 0; r < rows.size(); r++) {
            Reader reader = reader(rows, r);
            int[] tokens = rows.get(r).tokens();
            float[][][] states = new float[LAYERS][tokens.length][];
            float[][] logits = new float[tokens.length][];
            for (int t = 0; t < tokens.length; t++) {
                float[][] now = reader.next(tokens[t]);
                logits[t] = logits(now[LAYERS - 1]);
                for (int l = 0; l < LAYERS; l++) {
                    states[l][t] = now[l];
                }
                if (fault == Fault.BEHIND_FINAL_NORM) {
                    float length = (float) Math.sqrt(dot(now[LAYERS - 1], now[LAYERS - 1]));
                    for (int i = 0; i < HIDDEN; i++) {
                        states[LAYERS - 1][t][i] /= length;
                    }
                }
            }
            readings.add(new Reading(states, logits));
        }
        return readings;
    }

    @Override
    public List<int[]> write(List<Row> rows, int tokens) {
        List<int[]> texts = new ArrayList<>();
        for (int r = 0; r < rows.size(); r++) {
            Reader reader = reader(rows, r);
            float[][] states = {};
            for (int token : rows.get(r).tokens()) {
                states = reader.next(token);
            }
            double times = fault == Fault.CACHE_FORGETS ? 0 : fault == Fault.CACHE_TWICE ? 2 : 1;
            int[] text = new int[tokens];
            for (int i = 0; i < tokens; i++) {
                float[] logits = logits(states[LAYERS - 1]);
                for (int v = 1; v < VOCABULARY; v++) {
                    text[i] = logits[v] > logits[text[i]] ? v : text[i];
                }
                states = reader.next(text[i], times);
            }
            texts.add(text);
        }
        return texts;
    }

    @Override
    public float[][] saveAndLoad(float[][] directions, Path directory) throws IOException {
        Path file = directory.resolve("directions");
        ByteBuffer bytes = ByteBuffer.allocate(LAYERS * HIDDEN * Float.BYTES);
        for (float[] row : directions) {
            for (float value : row) {
                bytes.putFloat(fault == Fault.SAVES_ROUNDED ? (float) Math.rint(value * 1000) / 1000 : value);
            }
        }
        Files.write(file, bytes.array());
        ByteBuffer read = ByteBuffer.wrap(Files.readAllBytes(file));
        float[][] loaded = new float[LAYERS][HIDDEN];
        for (float[] row : loaded) {
            for (int i = 0; i < HIDDEN; i++) {
                row[i] = read.getFloat();
            }
        }
        return loaded;
    }

    @Override
    public List<String> formats() {
        return List.of("lines");
    }

    @Override
    public float[] @Nullable [] throughFormat(String format, float[] @Nullable [] directions, Path directory)
            throws IOException {
        StringBuilder text = new StringBuilder();
        for (int l = 0; l < LAYERS; l++) {
            float[] row = directions[l];
            if (row != null || fault == Fault.FORMAT_INVENTS_ROWS) {
                text.append(l)
                        .append(Arrays.toString(row == null ? directions[0] : row))
                        .append('\n');
            }
        }
        Path file = Files.writeString(directory.resolve("directions." + format), text);
        float[] @Nullable [] read = new float[LAYERS][];
        for (String line : Files.readAllLines(file)) {
            int bracket = line.indexOf('[');
            int layer = Integer.parseInt(line.substring(0, bracket)) + (fault == Fault.FORMAT_SHIFTS_LAYERS ? 1 : 0);
            String[] numbers = line.substring(bracket + 1, line.length() - 1).split(", ", -1);
            float[] row = new float[HIDDEN];
            for (int i = 0; i < HIDDEN; i++) {
                row[i] = Float.parseFloat(numbers[i]);
            }
            read[layer % LAYERS] = row;
        }
        return read;
    }
}
