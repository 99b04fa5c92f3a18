package dev.steering.bench.workload;

import dev.steering.export.traffic.WeightTraffic;
import dev.steering.model.ort.LanguageModel;
import java.util.Arrays;
import java.util.List;

/** The things that are timed, each in its {@link Variant}s. */
public enum Task {
    /** One token after the other, one row. First: what it takes of memory is looked at alone. */
    DECODE_1("decode-b1", Decoding.PROMPT + Decoding.STEPS, Decoding.STEPS, 0) {
        @Override
        Workload open(LanguageModel model, WeightTraffic weights, Variant variant) {
            return new Decoding(model, weights, 1, Decoding.PROMPT, variant);
        }
    },
    /** One token after the other of 16 rows. */
    DECODE_16("decode-b16", Decoding.PROMPT + Decoding.STEPS, Decoding.STEPS, 16 * Decoding.STEPS) {
        @Override
        Workload open(LanguageModel model, WeightTraffic weights, Variant variant) {
            return new Decoding(model, weights, 16, Decoding.PROMPT, variant);
        }
    },
    /** One token after the other of one row, behind a long prompt. Its prompt takes long: only where it is asked for. */
    DECODE_LONG(
            "decode-b1-2000",
            Decoding.LONG_PROMPT + Decoding.STEPS,
            Decoding.STEPS,
            Decoding.STEPS * Decoding.LONG_PROMPT / 100,
            Choice.ONLY_BY_NAME) {
        @Override
        Workload open(LanguageModel model, WeightTraffic weights, Variant variant) {
            return new Decoding(model, weights, 1, Decoding.LONG_PROMPT, variant);
        }
    },
    /** A prompt of 128 tokens. */
    PREFILL_128("prefill-128", 128, 0, 128) {
        @Override
        Workload open(LanguageModel model, WeightTraffic weights, Variant variant) {
            return new PrefillWorkload(model, weights, 128, variant);
        }
    },
    /** A prompt of 512 tokens. */
    PREFILL_512("prefill-512", 512, 0, 512) {
        @Override
        Workload open(LanguageModel model, WeightTraffic weights, Variant variant) {
            return new PrefillWorkload(model, weights, 512, variant);
        }
    },
    /** A prompt of 2,048 tokens, all of many a model's context. Takes long: only where it is asked for. */
    PREFILL_LONG("prefill-2048", 2048, 0, 2048, Choice.ONLY_BY_NAME) {
        @Override
        Workload open(LanguageModel model, WeightTraffic weights, Variant variant) {
            return new PrefillWorkload(model, weights, 2048, variant);
        }
    },
    /** Activations of short prompts, one after the other. */
    EXTRACT_1("extract-b1", Extraction.LONGEST, Extraction.PROMPTS / 2, Extraction.TOKENS) {
        @Override
        Workload open(LanguageModel model, WeightTraffic weights, Variant variant) {
            return new Extraction(model, weights, 1, variant);
        }
    },
    /** Activations of short prompts, 16 at a time. */
    EXTRACT_16("extract-b16", Extraction.LONGEST, Extraction.PROMPTS / 16, Extraction.TOKENS) {
        @Override
        Workload open(LanguageModel model, WeightTraffic weights, Variant variant) {
            return new Extraction(model, weights, 16, variant);
        }
    },
    /** Activations of short prompts, 64 at a time. */
    EXTRACT_64("extract-b64", Extraction.LONGEST, Extraction.PROMPTS / 64, Extraction.TOKENS) {
        @Override
        Workload open(LanguageModel model, WeightTraffic weights, Variant variant) {
            return new Extraction(model, weights, 64, variant);
        }
    },
    /** Eight strengths for each of 64 prompts, and for comparison the writing alone. Takes long: only where it is asked for. */
    SWEEP(
            "sweep-8x64",
            SweepWorkload.LONGEST + SweepWorkload.STEPS,
            SweepWorkload.STEPS,
            SweepWorkload.STRENGTHS * SweepWorkload.PROMPTS * SweepWorkload.STEPS,
            Choice.ON_DEMAND) {
        @Override
        Workload open(LanguageModel model, WeightTraffic weights, Variant variant) {
            return new SweepWorkload(model, weights, variant);
        }

        @Override
        List<Variant> variants() {
            return List.of(Variant.PLAIN, Variant.STEERED_ROWS);
        }

        @Override
        String name(Variant variant) {
            return variant == Variant.PLAIN ? label() + "-decode" : label();
        }
    };

    /** When a task is timed. */
    private enum Choice {
        /** Unless something else is asked for. */
        USUAL,
        /** Where it is asked for, by a word that means several tasks or by its name. */
        ON_DEMAND,
        /** Where its name is given. */
        ONLY_BY_NAME
    }

    private final String label;
    private final int context;
    private final int passes;
    private final int read;
    private final Choice choice;

    /**
     * @param passes of one run that read all weights for little else
     * @param read tokens that they work on beside
     */
    Task(String label, int context, int passes, int read) {
        this(label, context, passes, read, Choice.USUAL);
    }

    Task(String label, int context, int passes, int read, Choice choice) {
        this.label = label;
        this.context = context;
        this.passes = passes;
        this.read = read;
        this.choice = choice;
    }

    abstract Workload open(LanguageModel model, WeightTraffic weights, Variant variant);

    List<Variant> variants() {
        return List.of(Variant.values());
    }

    String name(Variant variant) {
        return label + variant.suffix();
    }

    /** @return whether a word that means several tasks leaves it out */
    public boolean isOnlyByName() {
        return choice == Choice.ONLY_BY_NAME;
    }

    /** @return its name in reports, without a variant's suffix */
    public String label() {
        return label;
    }

    /**
     * @param speed of a model
     * @return about how many seconds one run takes
     */
    public double seconds(Speed speed) {
        return passes * speed.step() + read * speed.token();
    }

    /** @return tokens that a model's context must have room for */
    public int context() {
        return context;
    }

    /** @return the names of all tasks */
    public static List<String> labels() {
        return Arrays.stream(values()).map(Task::label).toList();
    }

    /** @return every task in every variant, in the order in which they run */
    public static List<Case> all() {
        return Arrays.stream(values())
                .flatMap(task -> task.variants().stream().map(variant -> new Case(task, variant)))
                .toList();
    }

    /** @return those that are timed unless something else is asked for */
    public static List<Case> standard() {
        return all().stream().filter(c -> c.task().choice == Choice.USUAL).toList();
    }

    /**
     * One task in one variant.
     *
     * @param task what
     * @param variant how
     */
    public record Case(Task task, Variant variant) {
        /** @return its name in reports */
        public String name() {
            return task.name(variant);
        }

        /** @return the same task with nothing done to the residual stream */
        public Case plain() {
            return new Case(task, Variant.PLAIN);
        }

        /**
         * @param model the model to run
         * @param weights what a pass reads of its weights
         * @return the workload, ready to run
         */
        public Workload open(LanguageModel model, WeightTraffic weights) {
            return task.open(model, weights, variant);
        }
    }
}
