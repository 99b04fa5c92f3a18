package dev.steering.core.prompts;

import dev.steering.core.BadRequest;
import dev.steering.core.ProgressListener;
import dev.steering.core.PromptIdentity;
import dev.steering.core.SteeringException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads prompts for every command: knows published layouts, columns of labels and sides, and holds only the prompts that are taken. A
 * file is read three times: to see what is in it, to count each side, and to take the rows; so a limit needs no more memory for a large
 * file than for a small one. Immutable and thread-safe.
 */
public final class DatasetReader {
    private static final System.Logger LOG = System.getLogger("dev.steering.core");
    private static final int PASSES = 3;

    private final Sample sample;
    private final ProgressListener progress;

    private DatasetReader(Sample sample, ProgressListener progress) {
        this.sample = sample;
        this.progress = progress;
    }

    /** @return a reader that takes all rows and tells nobody how far it is */
    public static DatasetReader withDefaults() {
        return new DatasetReader(Sample.ALL, ProgressListener.NONE);
    }

    /**
     * @param newSample which rows of each side to take
     * @return a copy with it
     */
    public DatasetReader withSample(Sample newSample) {
        return new DatasetReader(newSample, progress);
    }

    /**
     * @param newProgress told how much was read, over all passes
     * @return a copy with it
     */
    public DatasetReader withProgress(ProgressListener newProgress) {
        return new DatasetReader(sample, newProgress);
    }

    /**
     * @param spec which file, and how to read it
     * @return its prompts: both sides, or the side that the spec names
     * @throws SteeringException as {@link Dataset#read}
     */
    public Dataset read(DatasetSpec spec) {
        return read(spec, null);
    }

    /**
     * @param spec which file, and how to read it
     * @param side what the prompts are to ask for
     * @return its prompts, all of that side
     * @throws SteeringException as {@link Dataset#readSide}
     */
    public Dataset readSide(DatasetSpec spec, Expectation side) {
        if (spec.expectation() != null && spec.expectation() != side) {
            throw new BadRequest(spec.file() + spec.suffix() + " asks for prompts that should "
                    + spec.expectation().words() + ", but is given as prompts that should " + side.words()
                    + ". Write " + spec.named(side) + ", or give another file.");
        }
        return read(spec, side);
    }

    /**
     * @param spec which file, and how to read it; of a side, only the prompts of that side
     * @return the prompts, in file order, whatever they ask for
     * @throws SteeringException as {@link Dataset#readPrompts}
     */
    public List<Prompt> readPrompts(DatasetSpec spec) {
        if (spec.expectation() != null) {
            return read(spec).prompts();
        }
        Pass pass = new Pass(spec);
        int count = pass.count((row, column) -> true);
        List<Prompt> prompts = new ArrayList<>();
        pass.take(
                Map.of(Expectation.COMPLY, count),
                (row, column) -> Expectation.COMPLY,
                (side, prompt, row) -> prompts.add(prompt));
        return List.copyOf(prompts);
    }

    private Dataset read(DatasetSpec spec, @Nullable Expectation wanted) {
        Pass pass = new Pass(spec);
        Sides own = Sides.of(pass.layout, pass.survey);
        Map<Expectation, Integer> counts = new EnumMap<>(Expectation.class);
        int all = pass.count((row, column) -> {
            Expectation side = own.of(row, column);
            if (side != null) {
                counts.merge(side, 1, Integer::sum);
            }
            return true;
        });
        Sides sides = own.with(spec, wanted, counts);
        Map<Expectation, Integer> found = sides.found(counts, all);
        Map<Expectation, List<Prompt>> bySide = new EnumMap<>(Expectation.class);
        Repetitions repetitions = new Repetitions();
        int unlabelled = pass.take(found, sides::of, (side, prompt, row) -> {
            bySide.computeIfAbsent(side, key -> new ArrayList<>()).add(prompt);
            repetitions.add(prompt, row.line());
        });
        List<PromptSet> sets = new ArrayList<>();
        bySide.forEach((side, list) -> {
            String suffix = side == Expectation.COMPLY ? "-safe" : "-unsafe";
            sets.add(new PromptSet(bySide.size() == 1 ? spec.name() : spec.name() + suffix, side, list));
        });
        LOG.log(
                System.Logger.Level.DEBUG,
                () -> "prompts " + spec.file().toAbsolutePath() + ": " + pass.survey.rows() + " rows");
        return new Dataset(spec, pass.layout, pass.columnWords(), sets, repetitions.found(), unlabelled, found);
    }

    /** Asks something of every row that is meant, and every column of it that is a prompt. */
    @FunctionalInterface
    private interface RowTest {
        boolean counts(PromptTable.Row row, PromptColumn column);
    }

    /** Says what a row asks for in a column; null if nothing does. */
    @FunctionalInterface
    private interface SideOf {
        @Nullable
        Expectation of(PromptTable.Row row, PromptColumn column);
    }

    /** Takes a prompt. */
    @FunctionalInterface
    private interface Taker {
        void take(Expectation side, Prompt prompt, PromptTable.Row row);
    }

    /** Prompts that are there more than once, with the lines that they are in. */
    private static final class Repetitions {
        private final Map<String, List<Long>> lines = new LinkedHashMap<>();
        private final Map<String, String> texts = new HashMap<>();

        void add(Prompt prompt, long line) {
            String text = texts.computeIfAbsent(PromptIdentity.of(prompt.text()), key -> prompt.text());
            lines.computeIfAbsent(text, key -> new ArrayList<>()).add(line);
        }

        Map<String, List<Long>> found() {
            lines.values().removeIf(found -> found.size() < 2);
            return lines;
        }
    }

    /** One file's readings. */
    private final class Pass {
        private final DatasetSpec spec;
        private final Named named;
        private final RowSurvey survey;
        private final Layout layout;
        private final List<PromptColumn> columns;
        private int done;

        Pass(DatasetSpec spec) {
            this.spec = spec;
            named = Named.open(spec.file(), spec.column());
            survey = RowSurvey.of(named.rows(), listener());
            layout = Layout.of(survey);
            spec.rows().requireColumns(survey);
            columns = PromptColumn.of(survey, layout, named.column());
        }

        String columnWords() {
            return String.join(
                    " and ", columns.stream().map(PromptColumn::toString).toList());
        }

        /** One bar for all passes. */
        private ProgressListener listener() {
            long before = done++;
            return (stage, read, total) -> progress.onProgress(stage, before * total + read, PASSES * total);
        }

        /** How many prompts pass a test; the file's own if all of its rows are meant. */
        int count(RowTest test) {
            int[] count = {0};
            named.rows()
                    .read(
                            (number, cells, others) -> {
                                PromptTable.Row row = PromptTable.Row.of(number, cells, others);
                                if (spec.rows().takes(row)) {
                                    for (PromptColumn column : columns) {
                                        count[0] += test.counts(row, column) ? 1 : 0;
                                    }
                                }
                                return true;
                            },
                            listener());
            if (count[0] == 0) {
                throw spec.rows().takesNone(survey);
            }
            return count[0];
        }

        /**
         * Takes the prompts that the sample chooses of each side, and returns how many are on none.
         *
         * @param found how many there are of each side; of a side that is not here none is taken
         */
        int take(Map<Expectation, Integer> found, SideOf sides, Taker taker) {
            Map<Expectation, Chosen> chosen = new EnumMap<>(Expectation.class);
            found.forEach((side, count) -> chosen.put(side, new Chosen(sample.of(count))));
            PromptKind.Columns kinds = PromptKind.Columns.of(layout, survey.columns());
            int[] unlabelled = {0};
            named.rows()
                    .read(
                            (number, cells, others) -> {
                                PromptTable.Row row = PromptTable.Row.of(number, cells, others);
                                if (!spec.rows().takes(row)) {
                                    return true;
                                }
                                for (PromptColumn column : columns) {
                                    Expectation side = sides.of(row, column);
                                    Chosen of = side == null ? null : chosen.get(side);
                                    unlabelled[0] += side == null ? 1 : 0;
                                    if (side != null && of != null && of.takesNext()) {
                                        Prompt prompt = column.read(survey.origin(), row);
                                        taker.take(side, prompt.withKind(kinds.of(row, of.place())), row);
                                    }
                                }
                                return true;
                            },
                            listener());
            return unlabelled[0];
        }
    }

    /** Walks through a side's prompts, of which some are chosen. */
    private static final class Chosen {
        private final int[] places;
        private int place = -1;
        private int next;

        Chosen(int[] places) {
            this.places = places;
        }

        boolean takesNext() {
            place++;
            boolean taken = next < places.length && places[next] == place;
            next += taken ? 1 : 0;
            return taken;
        }

        int place() {
            return place;
        }
    }
}
