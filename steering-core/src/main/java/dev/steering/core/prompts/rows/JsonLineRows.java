package dev.steering.core.prompts.rows;

import com.fasterxml.jackson.databind.JsonNode;
import dev.steering.core.ProgressListener;
import java.io.IOException;

/** {@code .jsonl}: one JSON object a line. Blank lines at the end are no rows, one in between is an error. */
final class JsonLineRows implements RowSource {
    private final Content content;

    JsonLineRows(Content content) {
        this.content = content;
    }

    @Override
    public String name() {
        return content.name();
    }

    @Override
    public String unit() {
        return RowFiles.LINE;
    }

    @Override
    public void read(RowSink sink, ProgressListener progress) {
        try (Utf8Reader in = content.open(progress)) {
            long number = 0;
            long blank = 0;
            boolean more = true;
            for (String line = in.readLine(); line != null && more; line = more ? in.readLine() : null) {
                number++;
                if (line.isBlank()) {
                    blank = blank == 0 ? number : blank;
                    continue;
                }
                if (blank > 0) {
                    throw content.wrong("line " + blank, "the line is blank, expected a JSON object. Remove it.");
                }
                JsonNode node = JsonNodes.parsed(name() + ", line " + number, line);
                if (!node.isObject()) {
                    throw content.wrong("line " + number, "expected a JSON object, found " + node.getNodeType() + ".");
                }
                more = JsonNodes.give(sink, number, node);
            }
        } catch (IOException e) {
            throw content.unreadable(e);
        }
    }
}
