package dev.steering.spark;

import dev.steering.core.SteeringException;
import dev.steering.extract.moments.Moments;
import dev.steering.extract.moments.MomentsBytes;
import java.io.Externalizable;
import java.io.IOException;
import java.io.ObjectInput;
import java.io.ObjectOutput;
import java.nio.charset.StandardCharsets;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What tasks have read of an extraction's prompts, on its way to the driver: moments, hashes, and what was left out. Two of them are merged
 * into one, in any order. Only results of tasks that succeed get here, each once: a task that is run again counts once. Not thread-safe.
 */
public final class Gathered implements Externalizable {
    private static final int SHOWN = 20;

    private int most;
    private @Nullable Moments moments;
    /** As JSON; empty where nothing was read. */
    private String provenance = "";

    private PromptHashes harmful;
    private PromptHashes harmless;
    private long leftOut;
    private final TreeSet<LeftOut> examples = new TreeSet<>();

    /** For Spark: nothing, of which nothing is listed. */
    public Gathered() {
        this(0);
    }

    /** @param most most prompts of a class whose hashes are listed */
    Gathered(int most) {
        this.most = most;
        this.harmful = new PromptHashes(most);
        this.harmless = new PromptHashes(most);
    }

    void read(String newProvenance, Moments newMoments) {
        provenance = newProvenance;
        moments = newMoments;
    }

    PromptHashes hashes(boolean isHarmful) {
        return isHarmful ? harmful : harmless;
    }

    void leaveOut(LeftOut row) {
        leftOut++;
        show(row);
    }

    private void show(LeftOut row) {
        examples.add(row);
        if (examples.size() > SHOWN) {
            examples.pollLast();
        }
    }

    /** Takes in another one, which is not to be used any more. */
    Gathered merge(Gathered other) {
        if (provenance.isEmpty()) {
            provenance = other.provenance;
        } else if (!other.provenance.isEmpty() && !provenance.equals(other.provenance)) {
            throw new SteeringException("executors have read different models, or with different templates: "
                    + provenance + " and " + other.provenance
                    + ". Give all of them the same bundle and the same version of the program.");
        }
        if (moments == null) {
            moments = other.moments;
        } else if (other.moments != null) {
            moments.merge(other.moments);
        }
        harmful.merge(other.harmful);
        harmless.merge(other.harmless);
        leftOut += other.leftOut;
        other.examples.forEach(this::show);
        return this;
    }

    @Nullable
    Moments moments() {
        return moments;
    }

    String provenance() {
        return provenance;
    }

    long leftOut() {
        return leftOut;
    }

    SortedSet<LeftOut> examples() {
        return examples;
    }

    @Override
    public void writeExternal(ObjectOutput out) throws IOException {
        out.writeInt(most);
        byte[] text = provenance.getBytes(StandardCharsets.UTF_8);
        out.writeInt(text.length);
        out.write(text);
        harmful.write(out);
        harmless.write(out);
        out.writeLong(leftOut);
        out.writeInt(examples.size());
        for (LeftOut example : examples) {
            out.writeObject(example);
        }
        out.writeBoolean(moments != null);
        if (moments != null) {
            MomentsBytes.write(out, moments);
        }
    }

    @Override
    public void readExternal(ObjectInput in) throws IOException, ClassNotFoundException {
        most = in.readInt();
        byte[] text = new byte[in.readInt()];
        in.readFully(text);
        provenance = new String(text, StandardCharsets.UTF_8);
        harmful = PromptHashes.read(in, most);
        harmless = PromptHashes.read(in, most);
        leftOut = in.readLong();
        int shown = in.readInt();
        for (int i = 0; i < shown; i++) {
            examples.add((LeftOut) in.readObject());
        }
        moments = in.readBoolean() ? MomentsBytes.read(in) : null;
    }
}
