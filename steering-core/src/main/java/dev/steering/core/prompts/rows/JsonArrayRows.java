package dev.steering.core.prompts.rows;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import dev.steering.core.BadFile;
import dev.steering.core.JsonMessages;
import dev.steering.core.ProgressListener;
import java.io.IOException;

/** {@code .json} that is an array of objects or strings: one element is held at a time. */
final class JsonArrayRows implements RowSource {
    private final Content content;

    JsonArrayRows(Content content) {
        this.content = content;
    }

    @Override
    public String name() {
        return content.name();
    }

    @Override
    public String unit() {
        return RowFiles.ELEMENT;
    }

    @Override
    public void read(RowSink sink, ProgressListener progress) {
        try (Utf8Reader in = content.open(progress);
                JsonParser parser = JsonNodes.ELEMENTS.getFactory().createParser(in)) {
            if (parser.nextToken() != JsonToken.START_ARRAY) {
                throw new BadFile(name() + " was a JSON array when it was first read, and is none any more.");
            }
            long number = 0;
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                number++;
                JsonNode element = JsonNodes.ELEMENTS.readTree(parser);
                if (!JsonDocuments.give(sink, content, number, element)) {
                    return;
                }
            }
            if (parser.nextToken() != null) {
                throw new BadFile(name() + ": not valid JSON: Trailing token: there is something behind the end");
            }
        } catch (JsonProcessingException e) {
            throw JsonNodes.invalid(name(), e);
        } catch (IOException e) {
            throw content.unreadable(e);
        } catch (NumberFormatException e) {
            throw new BadFile(name() + " " + JsonMessages.ENDLESS_NUMBER, e);
        }
    }
}
