package dev.steering.server.openai;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.steering.core.BadFile;
import dev.steering.core.BadRequest;
import dev.steering.core.ContextExceeded;
import dev.steering.core.DeadlineExceeded;
import dev.steering.core.ModelClosed;
import dev.steering.core.NumericOverflow;
import dev.steering.core.QueueFull;
import dev.steering.core.SteeringException;
import dev.steering.core.WrongModel;
import dev.steering.core.json.JsonDocument;
import dev.steering.server.http.HttpError;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** Errors as OpenAI's interface writes them. */
public final class ErrorJson {
    private ErrorJson() {}

    /**
     * @param failure what went wrong
     * @return as it is told to the client; what was not expected says nothing of itself
     */
    public static HttpError error(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof HttpError error) {
            return error;
        }
        String message = String.valueOf(cause.getMessage());
        if (cause instanceof ContextExceeded) {
            return new HttpError(400, "context_length_exceeded", "messages", message);
        } else if (cause instanceof WrongModel) {
            return new HttpError(409, "wrong_model", "steering", message);
        } else if (cause instanceof NumericOverflow) {
            return new HttpError(422, "numeric_overflow", null, message);
        } else if (cause instanceof QueueFull) {
            return new HttpError(429, "queue_full", null, message);
        } else if (cause instanceof DeadlineExceeded) {
            return new HttpError(503, "deadline_exceeded", null, message);
        } else if (cause instanceof ModelClosed) {
            return new HttpError(503, "model_closed", null, message);
        } else if (cause instanceof BadRequest || cause instanceof BadFile) {
            return new HttpError(400, "bad_request", null, message);
        } else if (cause instanceof SteeringException) {
            return new HttpError(500, "model_failed", null, message);
        }
        return new HttpError(
                500,
                "internal_error",
                null,
                "An unexpected error. The server's log has it, with this request's identity.");
    }

    /**
     * @param error what is told
     * @return its document
     */
    public static String write(HttpError error) {
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        @Nullable String param = error.param();
        root.putObject("error")
                .put("message", valid(String.valueOf(error.getMessage())))
                .put("type", error.type())
                .put("param", param == null ? null : valid(param))
                .put("code", error.code());
        return JsonDocument.write(root);
    }

    /** A half of a surrogate pair, which JSON may hold, has no place in UTF-8. */
    private static String valid(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
    }
}
