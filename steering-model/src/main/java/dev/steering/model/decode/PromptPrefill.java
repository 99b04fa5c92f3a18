package dev.steering.model.decode;

import dev.steering.model.ort.ForwardResult;
import dev.steering.model.ort.KeyValueCache;
import dev.steering.model.ort.LanguageModel;
import dev.steering.model.pass.ForwardRequest;
import dev.steering.model.pass.PassSteering;
import dev.steering.model.pass.PassSteering.Projecting;
import dev.steering.model.pass.Schedule;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads prompts in batches, longest first. Texts whose prompts are the same up to the last token, and are steered in the same way
 * up to there, are read once: a sweep over strengths from the last token on has one prefill.
 */
final class PromptPrefill implements Prefill, AutoCloseable {
    private static final int[] NOTHING = {0};

    private final LanguageModel model;
    private final KeyValueCache cache;
    private final List<Waiting> waiting;
    private int next;
    private @Nullable ForwardResult result;

    PromptPrefill(LanguageModel model, List<Draft> drafts) {
        this.model = model;
        int longest = drafts.stream().mapToInt(Draft::beginning).max().orElse(0);
        this.cache = model.newCache(0, Math.max(1, longest));
        this.waiting = sameTogether(drafts);
    }

    /**
     * A text.
     *
     * @param same a number that texts with the same beginning have in common
     * @param untouched whether nothing is done to its beginning
     */
    private record Waiting(Draft draft, int same, boolean untouched) {}

    /** By length, the same beginnings one after the other, otherwise in their order. */
    private static List<Waiting> sameTogether(List<Draft> drafts) {
        Map<Beginning, Integer> numbers = new HashMap<>();
        List<Waiting> all = new ArrayList<>();
        for (Draft draft : drafts) {
            Beginning beginning = Beginning.of(draft);
            int same = numbers.computeIfAbsent(beginning, first -> numbers.size());
            all.add(new Waiting(draft, same, beginning.isUntouched()));
        }
        all.sort(Comparator.comparingInt((Waiting text) -> -text.draft().prompt().length)
                .thenComparingInt(Waiting::same));
        return all;
    }

    @Override
    public @Nullable Read next(int most) {
        if (next == waiting.size()) {
            close();
            return null;
        }
        int first = next;
        Map<Integer, Integer> places = new HashMap<>();
        List<Waiting> readers = new ArrayList<>();
        List<Integer> rows = new ArrayList<>();
        for (; next < waiting.size(); next++) {
            Waiting text = waiting.get(next);
            Integer row = places.get(text.same());
            if (row == null && readers.size() == most) {
                break;
            }
            if (row == null) {
                row = readers.size();
                places.put(text.same(), row);
                readers.add(text);
            }
            rows.add(row);
        }
        read(readers);
        return new Read(
                cache,
                rows,
                waiting.subList(first, next).stream().map(Waiting::draft).toList());
    }

    private void read(List<Waiting> readers) {
        cache.reset(readers.size());
        List<int[]> tokens = new ArrayList<>();
        List<@Nullable PassSteering> steering = new ArrayList<>();
        boolean any = false;
        for (Waiting reader : readers) {
            Draft draft = reader.draft();
            any |= draft.beginning() > 0;
            tokens.add(draft.beginning() == 0 ? NOTHING : Arrays.copyOf(draft.prompt(), draft.beginning()));
            steering.add(reader.untouched() ? null : draft.steering());
        }
        if (!any) {
            return;
        }
        ForwardRequest request = ForwardRequest.of(tokens).withSteering(PassSteering.together(steering));
        result = model.forward(request, cache, result);
        for (int row = 0; row < readers.size(); row++) {
            // A prompt of one token has no beginning; its row ran something only to keep the batch in shape.
            cache.rewind(row, readers.get(row).draft().beginning());
        }
    }

    @Override
    public void close() {
        cache.close();
    }

    /** What a prompt's cache depends on: its tokens but the last, and what is added or removed there. */
    private record Beginning(List<Integer> tokens, List<Float> added, List<Float> removed, List<Float> kept) {
        static Beginning of(Draft draft) {
            PassSteering steering = draft.steering();
            int length = draft.beginning();
            List<Integer> tokens =
                    Arrays.stream(draft.prompt(), 0, length).boxed().toList();
            if (steering == null) {
                return new Beginning(tokens, List.of(), List.of(), List.of());
            }
            Projecting projection = steering.projection();
            return new Beginning(
                    tokens,
                    strengths(steering.schedules(), length, steering.added().count()),
                    projection == null
                            ? List.of()
                            : strengths(
                                    projection.schedules(),
                                    length,
                                    projection.directions().count()),
                    strengths(steering.keptNorms(), length, steering.added().points()));
        }

        /** Empty if all are zero. */
        private static List<Float> strengths(List<Schedule> schedules, int length, int count) {
            List<Float> strengths = new ArrayList<>();
            Schedule schedule = schedules.isEmpty() ? Schedule.OFF : schedules.get(0);
            boolean zero = true;
            for (int position = 0; position < length; position++) {
                for (int k = 0; k < count; k++) {
                    float strength = schedule.strength(position, k);
                    zero &= strength == 0;
                    strengths.add(strength);
                }
            }
            return zero ? List.of() : strengths;
        }

        boolean isUntouched() {
            return added.isEmpty() && removed.isEmpty() && kept.isEmpty();
        }
    }
}
