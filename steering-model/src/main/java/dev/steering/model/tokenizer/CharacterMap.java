package dev.steering.model.tokenizer;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.BitSet;
import java.util.Deque;

/**
 * SentencePiece's compiled character map: the size of a trie, the trie, and the texts that its values point into, one after the
 * other with a zero behind each. The trie is a double array in the layout of darts-clone: a unit of 32 bits is a label (bits 0-7), a
 * flag for a value (8), and an offset (10-30, times 256 where bit 9 is set); the child for byte c of a node with base p is unit
 * {@code p ^ c} if its label is c, and its base is that index {@code ^} its offset.
 */
final class CharacterMap {
    private final int[] units;
    private final byte[] texts;

    private CharacterMap(int[] units, byte[] texts) {
        this.units = units;
        this.texts = texts;
    }

    /** @throws IllegalArgumentException if looking something up could leave the map */
    static void require(String base64) {
        byte[] bytes = Base64.getDecoder().decode(base64);
        ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        long size = bytes.length < Integer.BYTES ? -1 : Integer.toUnsignedLong(buffer.getInt());
        if (size < Integer.BYTES || size % Integer.BYTES != 0 || size > buffer.remaining()) {
            throw damaged("its trie has " + size + " bytes, the whole map " + bytes.length);
        }
        int[] units = new int[(int) size / Integer.BYTES];
        buffer.asIntBuffer().get(units);
        byte[] texts = new byte[buffer.remaining() - (int) size];
        buffer.position(buffer.position() + (int) size).get(texts);
        try {
            CharBuffer decoded = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(texts));
            if (decoded.isEmpty() && texts.length > 0) {
                throw damaged("its texts are empty");
            }
        } catch (CharacterCodingException e) {
            throw damaged("its texts are not UTF-8");
        }
        new CharacterMap(units, texts).requireClosed();
    }

    /** Visits every node that some text leads to. */
    private void requireClosed() {
        BitSet seen = new BitSet();
        Deque<Integer> bases = new ArrayDeque<>();
        visit(offset(units[0]), seen, bases);
        while (!bases.isEmpty()) {
            int base = bases.pop();
            for (int label = 1; label < 256; label++) {
                int at = base ^ label;
                requireUnit(at);
                if ((units[at] & 0x8000_00FF) == label) {
                    int child = at ^ offset(units[at]);
                    if ((units[at] >> 8 & 1) == 1) {
                        requireUnit(child);
                        requireText(units[child] & 0x7FFF_FFFF);
                    }
                    visit(child, seen, bases);
                }
            }
        }
    }

    private static void visit(int base, BitSet seen, Deque<Integer> bases) {
        if (!seen.get(base)) {
            seen.set(base);
            bases.push(base);
        }
    }

    private static int offset(int unit) {
        return unit >>> 10 << ((unit & 1 << 9) >> 6);
    }

    private void requireUnit(int at) {
        if (at < 0 || at >= units.length) {
            throw damaged("its trie of " + units.length + " units leads to unit " + Integer.toUnsignedString(at));
        }
    }

    private void requireText(int start) {
        // A byte of the form 10xxxxxx continues a character.
        if (start >= texts.length || (texts[start] & 0xC0) == 0x80) {
            throw damaged("its trie points to byte " + start + " of " + texts.length + " bytes of text");
        }
    }

    private static IllegalArgumentException damaged(String what) {
        return new IllegalArgumentException("the normalizer's precompiled_charsmap is damaged: " + what);
    }
}
