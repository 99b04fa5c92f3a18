package dev.steering.export;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.core.runtime.*;
import dev.steering.core.safetensors.SafetensorsFile;
import java.nio.file.Path;
import java.util.*;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReferenceTest {
    @TempDir
    Path dir;

    @Test
    void llama() {
        for (String name : new String[] {"llama", "llama3-rope"}) {
            Path hf = Path.of("src/test/resources/checkpoints/" + name);
            CheckpointExporter.export(hf, dir.resolve(name), ExportOptions.defaults());
            SafetensorsFile ref = SafetensorsFile.open(hf.resolve("reference.safetensors"));
            try (LanguageModel m = LanguageModel.open(dir.resolve(name))) {
                long[] ids = ref.longs("input_ids");
                int S = 21, H = 64, V = 160, P = 4;
                int[] r0 = new int[S], r1 = new int[S];
                for (int i = 0; i < S; i++) {
                    r0[i] = (int) ids[i];
                    r1[i] = (int) ids[S + i];
                }
                int[] all = IntStream.range(0, S).toArray();
                List<Capture> caps = Arrays.stream(all).mapToObj(Capture::token).toList();
                ForwardResult r = m.forward(ForwardRequest.of(List.of(r0, r1))
                        .withLogits(List.of(all, all))
                        .withCaptures(List.of(caps, caps)));
                float[] logits = ref.floats("logits");
                float[] hid = ref.floats("hidden_states");
                double d = 0, dh = 0;
                for (int row = 0; row < 2; row++)
                    for (int s = 0; s < S; s++) {
                        float[] x = r.logits(row, s);
                        for (int v = 0; v < V; v++) d = Math.max(d, Math.abs(x[v] - logits[(row * S + s) * V + v]));
                        for (int p = 0; p < P; p++) {
                            float[] h = r.captured(row, p, s);
                            for (int k = 0; k < H; k++)
                                dh = Math.max(dh, Math.abs(h[k] - hid[((p * 2 + row) * S + s) * H + k]));
                        }
                    }
                System.out.println(name + " logits " + d + " hidden " + dh);
                assertTrue(d < 1e-4 && dh < 1e-4);
            }
        }
    }
}
