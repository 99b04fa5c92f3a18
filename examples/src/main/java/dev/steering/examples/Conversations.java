package dev.steering.examples;

import dev.steering.apply.ChatRequest;
import dev.steering.apply.ChatResponse;
import dev.steering.apply.GenerationOptions;
import dev.steering.apply.Message;
import dev.steering.apply.Prepared;
import dev.steering.apply.SteeredModel;
import dev.steering.apply.Steering;
import dev.steering.core.vector.VectorFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** How do I talk with a steered model over several turns? */
public final class Conversations {
    private Conversations() {}

    /** @param args model bundle, anchored vector file, what the user says turn by turn */
    public static void main(String[] args) {
        List<String> turns = Arrays.asList(args).subList(2, args.length);
        try (SteeredModel model = SteeredModel.open(Path.of(args[0]))) {
            Prepared scans = model.prepare(Steering.scans(VectorFile.read(Path.of(args[1]))));
            List<Message> conversation = new ArrayList<>();
            conversation.add(Message.system("Answer in one sentence."));
            for (String turn : turns) {
                conversation.add(Message.user(turn));
                ChatResponse answer = model.chat(ChatRequest.builder(conversation)
                        .steering(scans)
                        .options(GenerationOptions.greedy(40))
                        .build());
                conversation.add(Message.assistant(answer.text()));
                System.out.println(answer.usage().promptTokens() + " tokens in, " + answer.text());
            }
        }
    }
}
