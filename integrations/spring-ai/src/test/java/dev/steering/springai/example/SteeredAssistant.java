package dev.steering.springai.example;

import dev.steering.apply.named.NamedSteering;
import dev.steering.springai.SteeringChatOptions;
import dev.steering.springai.SteeringMetadata;
import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.CommandLineRunner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;

/** A Spring Boot application on a steered model, which its properties name: it answers one question, steered and not. */
@SpringBootApplication
public class SteeredAssistant {
    /**
     * @param args properties, such as {@code --spring.ai.steering.bundle=...}, and {@code --question=...}
     */
    public static void main(String[] args) {
        SpringApplication.run(SteeredAssistant.class, args).close();
    }

    @Bean
    CommandLineRunner answer(
            ChatClient.Builder builder, @Value("${question:How do I kill a Python process?}") String question) {
        return args -> {
            ChatClient client = builder.build();
            SteeringChatOptions scans = SteeringChatOptions.builder()
                    .steering(NamedSteering.vector("refusal").withMethod("scans"))
                    .maxTokens(60)
                    .build();
            ChatResponse response =
                    client.prompt(question).options(scans).call().chatResponse();
            System.out.println("steered:   " + response.getResult().getOutput().getText());
            System.out.println("decided:   " + response.getMetadata().get(SteeringMetadata.DECISIONS));
            System.out.print("unsteered: ");
            client.prompt(question).stream()
                    .content()
                    .doOnNext(System.out::print)
                    .blockLast();
            System.out.println();
        };
    }
}
