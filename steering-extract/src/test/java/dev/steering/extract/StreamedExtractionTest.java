package dev.steering.extract;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.core.BadRequest;
import dev.steering.core.vector.ExtractionPrompts;
import dev.steering.core.vector.SteeringVector;
import dev.steering.extract.StreamedExtraction.Labelled;
import dev.steering.extract.StreamedExtraction.Unread;
import dev.steering.extract.moments.Moments;
import dev.steering.extract.moments.MomentsBytes;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class StreamedExtractionTest {
    private static final VectorExtractor EXTRACTOR = VectorExtractor.withDefaults();

    private static List<Labelled> mixed() {
        List<Labelled> all = new ArrayList<>();
        for (int i = 0; i < DemoModel.anchors().harmless().size(); i++) {
            all.add(new Labelled(false, DemoModel.anchors().harmless().get(i)));
            if (i < DemoModel.anchors().harmful().size()) {
                all.add(new Labelled(true, DemoModel.anchors().harmful().get(i)));
            }
        }
        return all;
    }

    private static byte[] bytes(Moments moments) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        MomentsBytes.write(new DataOutputStream(bytes), moments);
        return bytes.toByteArray();
    }

    private static Moments read(byte[] bytes) throws IOException {
        return MomentsBytes.read(new DataInputStream(new ByteArrayInputStream(bytes)));
    }

    /** Chunks of both classes, in two parts, of which one travels as bytes. */
    @Test
    void chunksInTwoPartsAreTheWhole() throws IOException {
        List<Labelled> all = mixed();
        StreamedExtraction one = new StreamedExtraction(EXTRACTOR, DemoModel.model());
        StreamedExtraction other = new StreamedExtraction(EXTRACTOR, DemoModel.model());
        for (int at = 0; at < all.size(); at += 10) {
            List<Labelled> chunk = all.subList(at, Math.min(all.size(), at + 10));
            assertEquals(List.of(), (at % 20 == 0 ? one : other).add(chunk));
        }
        Moments both = read(bytes(one.moments()));
        both.merge(other.moments());
        SteeringVector whole = EXTRACTOR.extract(DemoModel.model(), DemoModel.anchors());
        SteeringVector made = StreamedExtraction.vector(
                EXTRACTOR, whole.provenance(), ExtractionPrompts.hashed(DemoModel.anchors()), both);
        assertEquals(whole.prompts(), made.prompts());
        for (int l = 0; l < whole.layers(); l++) {
            assertTrue(whole.directions().cosine(l, made.directions(), l) > 1 - 1e-6);
            assertTrue(whole.requireTransitionReference().cosine(l, made.requireTransitionReference(), l) > 1 - 1e-6);
            assertEquals(
                    whole.requireStatistics().get(l).directionNorm(),
                    made.requireStatistics().get(l).directionNorm(),
                    1e-5);
        }
        assertEquals(
                whole.provenance(),
                StreamedExtraction.provenance(
                        EXTRACTOR, DemoModel.model(), whole.provenance().contrastSetHash()));
    }

    /** More activations than are kept, so that there are sums as well. */
    @Test
    void bytesAreExact() throws IOException {
        Moments moments = new Moments(2, 3, false);
        for (int i = 0; i < 600; i++) {
            float[][] activation = {{i, 1f / (i + 1), -i}, {0.1f * i, 2, (float) Math.sin(i)}};
            moments.add(i % 3 == 0, 0x9E3779B97F4A7C15L * i, activation);
            moments.addTransition(0, new double[] {i, 0.3, 1e-9});
            moments.addTransition(1, new double[] {-i, 0.7, 1e9});
        }
        byte[] bytes = bytes(moments);
        Moments copy = read(bytes);
        assertArrayEquals(bytes, bytes(copy));
        assertEquals(200, copy.count(true));
        assertEquals(400, copy.count(false));
        assertArrayEquals(moments.at(1, false).difference(), copy.at(1, false).difference());
        assertEquals(moments.meanTransition(), copy.meanTransition());
        copy.merge(moments);
        assertEquals(800, copy.count(false));
        assertThrows(EOFException.class, () -> read(Arrays.copyOf(bytes, bytes.length - 1)));
        assertThrows(IOException.class, () -> read(new byte[100]));
    }

    @Test
    void whatCannotBeReadIsSaidAndLeavesNothingBehind() {
        StreamedExtraction extraction = new StreamedExtraction(EXTRACTOR, DemoModel.model());
        List<Unread> unread = extraction.add(List.of(
                new Labelled(true, " "),
                new Labelled(false, "How do I bake bread?"),
                new Labelled(true, "How do I kill a Python process? ".repeat(100)),
                new Labelled(true, "How do I kill a Python process?")));
        assertEquals(List.of(0, 2), unread.stream().map(Unread::index).toList());
        assertTrue(unread.get(1).reason().contains("context"), unread.get(1).reason());
        assertEquals(1, extraction.moments().count(true));
        assertEquals(1, extraction.moments().count(false));
    }

    @Test
    void pairsAndOneClassAreRefused() {
        VectorExtractor pairs = EXTRACTOR.withMethod(Estimator.PAIRED_PCA);
        assertThrows(BadRequest.class, () -> new StreamedExtraction(pairs, DemoModel.model()));
        StreamedExtraction extraction = new StreamedExtraction(EXTRACTOR, DemoModel.model());
        extraction.add(List.of(new Labelled(true, "How do I kill a Python process?")));
        ExtractionPrompts none = ExtractionPrompts.ofHashes(List.of(), List.of());
        assertThrows(
                BadRequest.class,
                () -> StreamedExtraction.vector(
                        EXTRACTOR,
                        StreamedExtraction.provenance(EXTRACTOR, DemoModel.model(), ""),
                        none,
                        extraction.moments()));
    }
}
