package dev.steering.model.decode;

import dev.steering.core.bundle.GraphSignature.CacheMode;
import dev.steering.model.ort.ForwardResult;
import dev.steering.model.ort.KeyValueCache;
import dev.steering.model.ort.LanguageModel;
import dev.steering.model.pass.ForwardRequest;
import dev.steering.model.pass.PassSteering;
import dev.steering.model.pass.SteeringRange;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Texts that are being written by one cache, each by as many rows as it has contexts. The rows leave as soon as their text is done, so
 * that no pass computes anything for it. Not thread-safe.
 */
final class DecodeBatch {
    private static final int[] NO_ROWS = {};

    private final LanguageModel model;
    private final Consumer<Text> done;
    private final MixedSteering mix = new MixedSteering();
    private final List<Text> texts = new ArrayList<>();
    private final List<int[]> rowsOfTexts = new ArrayList<>();
    private final List<Place> places = new ArrayList<>();
    private final List<@Nullable PassSteering> steerings = new ArrayList<>();
    private final List<int[]> next = new ArrayList<>();
    private KeyValueCache cache;
    private float[] first = {};
    private float[] second = {};
    private @Nullable PassSteering steering;
    private boolean changed;
    private final boolean recomputes;
    private @Nullable ForwardResult result;

    /** Whose row it is: which of a text's contexts. */
    @SuppressWarnings("ArrayRecordComponent") // shared on purpose: rows move
    private record Place(int[] rowsOfText, int context) {}

    DecodeBatch(LanguageModel model, KeyValueCache cache, Consumer<Text> done) {
        this.model = model;
        this.cache = cache;
        this.done = done;
        this.recomputes = model.manifest().rotaryBoundary() != null
                || model.manifest().signature().cache().mode() == CacheMode.NONE
                || model.manifest().signature().cache().hasStates();
    }

    /** Number of rows. */
    int rows() {
        return places.size();
    }

    /** Number of texts. */
    int size() {
        return texts.size();
    }

    /** Goes on with a copy of the cache. */
    void moveTo(KeyValueCache copy) {
        cache = copy;
        result = null;
    }

    /** Adds a text, whose contexts are the cache's next rows and hold all but their last token. */
    void add(Text text) {
        List<Draft.Context> contexts = text.draft().contexts();
        int[] rows = new int[contexts.size()];
        for (int i = 0; i < rows.length; i++) {
            Draft.Context context = contexts.get(i);
            rows[i] = places.size();
            places.add(new Place(rows, i));
            steerings.add(text.steering(context));
            next.add(new int[] {context.tokens()[context.beginning()]});
        }
        texts.add(text);
        rowsOfTexts.add(rows);
        if (rows.length > 1 && first.length == 0) {
            first = new float[model.manifest().vocabulary()];
            second = new float[first.length];
        }
        changed = true;
    }

    /**
     * Writes one token of every text that still wants one. What goes wrong with one text, such as steering beyond the model's arithmetic,
     * ends that text alone.
     */
    void step() {
        for (int i = 0; i < texts.size(); i++) {
            int[] rows = rowsOfTexts.get(i);
            texts.get(i).orFail(text -> {
                text.interrupt();
                for (int row : text.active() ? rows : NO_ROWS) {
                    SteeringRange.require(steerings.get(row), cache.length(row));
                }
            });
        }
        release();
        if (texts.isEmpty()) {
            return;
        }
        if (changed) {
            steering = mix.of(steerings);
            changed = false;
        }
        ForwardRequest request = ForwardRequest.of(next).withSteering(steering).withLastLogits();
        ForwardResult now = model.forward(request, cache, result);
        result = now;
        forgetGates();
        for (int i = 0; i < texts.size(); i++) {
            int[] rows = rowsOfTexts.get(i);
            texts.get(i).orFail(text -> text.accept(now, rows, first, second, hasRoom(rows)));
            for (int row : rows) {
                next.set(row, texts.get(i).nextInput());
            }
        }
        release();
    }

    /** Gates that wrote to the prompt are done with it, unless a cache may have to be computed anew: the graphs without are faster. */
    private void forgetGates() {
        if (recomputes) {
            return;
        }
        for (int row = 0; row < steerings.size(); row++) {
            PassSteering own = steerings.get(row);
            PassSteering.Gating gating = own == null ? null : own.gating();
            if (own != null && gating != null && gating.isOff(cache.length(row), cache.capacity())) {
                steerings.set(row, own.withoutGating());
                changed = true;
            }
        }
    }

    private boolean hasRoom(int[] rows) {
        boolean room = true;
        for (int row : rows) {
            room &= cache.length(row) < cache.capacity();
        }
        return room;
    }

    /** Lets go of the texts that are done. */
    private void release() {
        for (int i = texts.size() - 1; i >= 0; i--) {
            Text text = texts.get(i);
            if (!text.active()) {
                remove(i);
                done.accept(text);
            }
        }
    }

    /** The last rows take the text's places, as the cache does it with its rows. */
    private void remove(int text) {
        int[] rows = rowsOfTexts.get(text);
        for (int context = rows.length - 1; context >= 0; context--) {
            int row = rows[context];
            cache.remove(row);
            Place moved = places.get(places.size() - 1);
            move(places, row);
            move(steerings, row);
            move(next, row);
            moved.rowsOfText()[moved.context()] = row;
        }
        move(texts, text);
        move(rowsOfTexts, text);
        changed = true;
    }

    /** Removes an element; the last one takes its place. */
    private static <T extends @Nullable Object> void move(List<T> list, int to) {
        T last = list.remove(list.size() - 1);
        if (to < list.size()) {
            list.set(to, last);
        }
    }
}
