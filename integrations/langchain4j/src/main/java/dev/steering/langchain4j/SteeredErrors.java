package dev.steering.langchain4j;

import dev.langchain4j.exception.InvalidRequestException;
import dev.langchain4j.exception.LangChain4jException;
import dev.langchain4j.exception.NonRetriableException;
import dev.langchain4j.exception.RateLimitException;
import dev.langchain4j.exception.TimeoutException;
import dev.steering.core.DeadlineExceeded;
import dev.steering.core.ModelClosed;
import dev.steering.core.QueueFull;
import dev.steering.core.SteeringException;
import java.util.concurrent.CompletionException;

/** The library's errors as LangChain4j's, which tell callers what is worth another try. */
final class SteeredErrors {
    private SteeredErrors() {}

    static LangChain4jException translated(SteeringException error) {
        if (error instanceof QueueFull) {
            return new RateLimitException(error.getMessage(), error);
        }
        if (error instanceof DeadlineExceeded) {
            return new TimeoutException(error.getMessage(), error);
        }
        if (error instanceof ModelClosed) {
            return new NonRetriableException(error.getMessage(), error);
        }
        return new InvalidRequestException(error.getMessage(), error);
    }

    /** What is the library's is translated; anything else is the program's own and stays as it is. */
    static Throwable translated(Throwable error) {
        Throwable bare = error instanceof CompletionException && error.getCause() != null ? error.getCause() : error;
        return bare instanceof SteeringException own ? translated(own) : bare;
    }
}
