package dev.steering.springai;

import dev.steering.core.DeadlineExceeded;
import dev.steering.core.QueueFull;
import dev.steering.core.SteeringException;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import org.springframework.ai.retry.NonTransientAiException;
import org.springframework.ai.retry.TransientAiException;

/** The library's errors as Spring AI's, which tell callers what is worth another try. */
final class SpringErrors {
    private SpringErrors() {}

    static RuntimeException translated(SteeringException error) {
        String message = Objects.requireNonNullElse(error.getMessage(), error.toString());
        return error instanceof QueueFull || error instanceof DeadlineExceeded
                ? new TransientAiException(message, error)
                : new NonTransientAiException(message, error);
    }

    /** What is the library's is translated; anything else is the program's own and stays as it is. */
    static Throwable translated(Throwable error) {
        Throwable bare = error instanceof CompletionException && error.getCause() != null ? error.getCause() : error;
        return bare instanceof SteeringException own ? translated(own) : bare;
    }
}
