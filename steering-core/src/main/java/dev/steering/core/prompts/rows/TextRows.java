package dev.steering.core.prompts.rows;

import dev.steering.core.ProgressListener;
import java.io.IOException;
import java.util.Map;
import java.util.Set;

/** {@code .txt}, and standard input: one prompt a line. Blank lines at the end are no rows, one in between is an error. */
final class TextRows implements RowSource {
    private final Content content;

    TextRows(Content content) {
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
                    throw content.wrong("line " + blank, "the line is blank. Remove it or fill it in.");
                }
                if (line.indexOf('\r') >= 0) {
                    throw content.wrong(
                            "line " + number,
                            "a carriage return stands within the line, as in files whose lines end with it alone. Save the"
                                    + " file with line ends of LF or CRLF.");
                }
                more = sink.row(number, Map.of(RowFiles.PROMPT, line), Set.of());
            }
        } catch (IOException e) {
            throw content.unreadable(e);
        }
    }
}
