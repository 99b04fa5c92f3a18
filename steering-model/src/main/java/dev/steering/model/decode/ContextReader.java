package dev.steering.model.decode;

import dev.steering.model.decode.Draft.Context;
import dev.steering.model.ort.ForwardResult;
import dev.steering.model.ort.KeyValueCache;
import dev.steering.model.ort.LanguageModel;
import dev.steering.model.pass.Capture;
import dev.steering.model.pass.ForwardRequest;
import dev.steering.model.pass.PassSteering;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reads contexts, all but their last token, among themselves. Contexts with the same tokens that are steered in the same way up to
 * there are read once: a sweep over strengths from the last token on has one prefill. Probes look at their prompts in the same pass;
 * where their steering would change what has been read of the prompt, they look in a pass of their own before. Not thread-safe.
 */
final class ContextReader implements AutoCloseable {
    private static final int[] NOTHING = {0};

    private final LanguageModel model;
    private final MixedSteering mix = new MixedSteering();
    private KeyValueCache cache;
    private @Nullable ForwardResult result;

    ContextReader(LanguageModel model) {
        this.model = model;
        this.cache = model.newCache(0, 1);
    }

    /**
     * Contexts that have been read.
     *
     * @param cache what was computed of them; it stays the reader's own, which uses it again when it reads the next time
     * @param drafts the texts, none of which has a probe any more
     * @param rows for every text the cache's row of each of its contexts, which holds all but its last token; texts may share rows
     */
    record Read(KeyValueCache cache, List<Draft> drafts, List<int[]> rows) {}

    /** One row of the pass. */
    private record Reader(Context context, @Nullable PromptProbe probe, boolean untouched) {
        int[] tokens() {
            if (probe != null) {
                int[] suffix = probe.suffix();
                int[] all = Arrays.copyOf(context.tokens(), context.tokens().length + suffix.length);
                System.arraycopy(suffix, 0, all, context.tokens().length, suffix.length);
                return all;
            }
            int read = untouched ? context.beginning() : context.read();
            return read == 0 ? NOTHING : Arrays.copyOf(context.tokens(), read);
        }

        @Nullable
        PassSteering steering() {
            return untouched ? null : context.steering();
        }

        List<Capture> captures(int count) {
            return probe == null
                    ? Collections.nCopies(count, Capture.token(0))
                    : probe.captures(context.tokens().length);
        }
    }

    /** Reads the contexts of some texts. */
    Read read(List<Draft> texts) {
        List<Draft> drafts = decidedBefore(texts);
        Map<Beginning, Integer> places = new HashMap<>();
        List<Reader> readers = new ArrayList<>();
        List<int[]> rows = new ArrayList<>();
        for (Draft draft : drafts) {
            List<Context> contexts = draft.contexts();
            int[] own = new int[contexts.size()];
            for (int i = 0; i < own.length; i++) {
                Beginning beginning = Beginning.of(contexts.get(i), draft.probe());
                Context context = contexts.get(i);
                own[i] = places.computeIfAbsent(beginning, first -> {
                    readers.add(new Reader(context, beginning.probe(), beginning.isUntouched()));
                    return readers.size() - 1;
                });
            }
            rows.add(own);
        }
        List<PromptProbe.@Nullable Reading> found = read(readers, true);
        for (int i = 0; i < drafts.size(); i++) {
            PromptProbe.Reading reading = found.get(rows.get(i)[0]);
            if (reading != null) {
                drafts.set(i, drafts.get(i).decided(reading));
            }
        }
        return new Read(cache, drafts, rows);
    }

    /** What is read of no texts. */
    Read nothing() {
        return new Read(cache, List.of(), List.of());
    }

    /** Looks at the prompts whose steering acts on them, without keeping anything. */
    private List<Draft> decidedBefore(List<Draft> texts) {
        List<Draft> drafts = new ArrayList<>(texts);
        Map<Beginning, Integer> places = new HashMap<>();
        Map<Integer, Integer> rows = new LinkedHashMap<>();
        List<Reader> readers = new ArrayList<>();
        for (int i = 0; i < drafts.size(); i++) {
            Draft draft = drafts.get(i);
            if (!draft.sparesPrompt()) {
                Context prompt = draft.contexts().get(0);
                rows.put(i, places.computeIfAbsent(Beginning.of(prompt, draft.probe()), first -> {
                    readers.add(new Reader(prompt, draft.probe(), true));
                    return readers.size() - 1;
                }));
            }
        }
        if (readers.isEmpty()) {
            return drafts;
        }
        List<PromptProbe.@Nullable Reading> found = read(readers, false);
        rows.forEach((text, row) -> drafts.set(text, drafts.get(text).decided(Objects.requireNonNull(found.get(row)))));
        return drafts;
    }

    /** One pass; what the probes found, null where there is none. */
    private List<PromptProbe.@Nullable Reading> read(List<Reader> readers, boolean kept) {
        List<int[]> tokens = readers.stream().map(Reader::tokens).toList();
        if (kept) {
            hold(readers.size(), tokens);
        }
        List<PromptProbe.@Nullable Reading> found =
                new ArrayList<>(Collections.nCopies(readers.size(), (PromptProbe.@Nullable Reading) null));
        boolean anything = readers.stream()
                .anyMatch(reader -> reader.probe() != null || reader.context().beginning() > 0);
        if (!anything) {
            return found;
        }
        List<@Nullable PassSteering> steering = new ArrayList<>();
        readers.forEach(reader -> steering.add(reader.steering()));
        ForwardRequest request = captured(ForwardRequest.of(tokens).withSteering(mix.of(steering)), readers);
        ForwardResult states = kept ? model.forward(request, cache, result) : model.forward(request);
        if (kept) {
            result = states;
        }
        for (int row = 0; row < readers.size(); row++) {
            Reader reader = readers.get(row);
            PromptProbe probe = reader.probe();
            if (probe != null) {
                found.set(row, probe.read(states, row));
            }
            if (kept) {
                // A context of one token has no beginning; its row ran something only to keep the batch in shape.
                cache.rewind(row, reader.context().beginning());
            }
        }
        return found;
    }

    /** Every row of a pass captures equally often: rows without a probe capture anything. */
    private static ForwardRequest captured(ForwardRequest request, List<Reader> readers) {
        int most = 0;
        for (Reader reader : readers) {
            PromptProbe probe = reader.probe();
            most = Math.max(
                    most,
                    probe == null
                            ? 0
                            : probe.captures(reader.context().tokens().length).size());
        }
        if (most == 0) {
            return request;
        }
        int count = most;
        return request.withCaptures(readers.stream()
                .map(reader -> padded(reader.captures(count), count))
                .toList());
    }

    private static List<Capture> padded(List<Capture> captures, int count) {
        List<Capture> all = new ArrayList<>(captures);
        while (all.size() < count) {
            all.add(Capture.token(0));
        }
        return all;
    }

    /** Makes room for rows of that length. */
    private void hold(int rows, List<int[]> tokens) {
        int longest = tokens.stream().mapToInt(row -> row.length).max().orElse(1);
        if (longest > cache.capacity()) {
            cache.close();
            result = null;
            cache = model.newCache(0, Math.min(model.manifest().context(), Math.max(longest, 2 * cache.capacity())));
        }
        cache.reset(rows);
    }

    @Override
    public void close() {
        cache.close();
    }
}
