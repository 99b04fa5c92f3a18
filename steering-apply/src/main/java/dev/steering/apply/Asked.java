package dev.steering.apply;

import dev.steering.apply.ChatResponse.LikelyToken;
import dev.steering.apply.internal.Ticket;
import dev.steering.core.BadRequest;
import dev.steering.core.DeadlineExceeded;
import dev.steering.model.chat.ChatModel;
import dev.steering.model.chat.PromptFormat;
import dev.steering.model.decode.Draft;
import dev.steering.model.decode.Generation;
import dev.steering.model.decode.TokenLikelihood;
import dev.steering.model.decode.TokenListener;
import dev.steering.model.tokenizer.TokenTexts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A request on its way: rendered, encoded and brought to its method's draft by the thread that asks.
 *
 * @param ticket what the server writes
 * @param model who writes it
 * @param prompt tokens of the conversation
 * @param draft the text as the method made it
 * @param decisions what is decided about the question, once it is
 */
@SuppressWarnings("ArrayRecordComponent") // copied by nobody, changed by nobody
record Asked(Ticket ticket, ChatModel model, int[] prompt, Draft draft, AtomicReference<List<Decision>> decisions) {
    /**
     * @param request what to answer and how
     * @param model the model
     * @param unsteered what is done where the request says nothing
     * @param onText told the text as it becomes certain, on the loop's thread
     */
    @SuppressWarnings("ReferenceEquality") // an open model is its own identity
    static Asked of(ChatRequest request, ChatModel model, Prepared unsteered, Consumer<String> onText) {
        Long end = end(request.deadline());
        Prepared prepared = request.steering() == null ? unsteered : request.steering();
        if (!prepared.isFor(model)) {
            throw new BadRequest("The steering was prepared for another open model. Prepare it for this one.");
        }
        ChatModel view = view(request, model);
        Method method = view == model ? prepared.method() : prepared.method(view, Prepared.View.of(request));
        Query query = Query.of(view, request.messages());
        AtomicReference<List<Decision>> decisions = new AtomicReference<>(List.of());
        Draft draft = method.draft(0, query, decisions::set);
        Ticket ticket = new Ticket(draft.with(request.options().decode(), TokenListener.NONE), onText, end);
        return new Asked(ticket, model, query.tokens(), draft, decisions);
    }

    private static ChatModel view(ChatRequest request, ChatModel model) {
        PromptFormat format = model.format();
        if (request.withoutTemplate()) {
            return model.withFormat(PromptFormat.plain().withEscapedControlTokens(format.escapesControlTokens()));
        }
        return request.templateVariables().isEmpty()
                ? model
                : model.withFormat(format.withVariables(request.templateVariables()));
    }

    private static @Nullable Long end(@Nullable Duration deadline) {
        return deadline == null ? null : (Long) (System.nanoTime() + Ticket.nanos(deadline));
    }

    /**
     * @param text what was written
     * @return the answer
     * @throws DeadlineExceeded if the time ran out before anything was
     */
    ChatResponse response(Generation text) {
        int written = text.tokens().size();
        if (text.finish() == Generation.Finish.DEADLINE && written == 0) {
            throw new DeadlineExceeded(
                    "The request's time ran out before anything was written. Allow more, or ask for less at once.");
        }
        return new ChatResponse(
                text.text(),
                FinishReason.of(text.finish()),
                text.stopMatched(),
                new Usage(prompt.length, written, draft.extraPositions(written)),
                Objects.requireNonNull(decisions.get()),
                tokens(text));
    }

    /** Without those that a stop text took. */
    private List<LikelyToken> tokens(Generation text) {
        List<LikelyToken> tokens = new ArrayList<>();
        if (text.likelihoods().isEmpty()) {
            return tokens;
        }
        TokenTexts texts = new TokenTexts(model.tokenizer(), prompt[prompt.length - 1]);
        int length = 0;
        for (TokenLikelihood token : text.likelihoods()) {
            if (text.stopMatched() != null && length >= text.text().length()) {
                break;
            }
            List<LikelyToken> likely = token.likely().stream()
                    .map(other -> new LikelyToken(
                            other.token(), texts.text(other.token()), other.logProbability(), List.of()))
                    .toList();
            String own = texts.text(token.token());
            texts.accept(token.token());
            length += own.length();
            tokens.add(new LikelyToken(token.token(), own, token.logProbability(), likely));
        }
        return tokens;
    }
}
