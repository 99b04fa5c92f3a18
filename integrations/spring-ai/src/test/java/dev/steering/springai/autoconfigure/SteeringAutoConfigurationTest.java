package dev.steering.springai.autoconfigure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.apply.SteeredModel;
import dev.steering.apply.named.NamedSteering;
import dev.steering.apply.named.SteeringCatalog;
import dev.steering.core.BadFile;
import dev.steering.core.ModelClosed;
import dev.steering.core.vector.VectorFile;
import dev.steering.core.vector.VectorScale;
import dev.steering.springai.DemoInSpring;
import dev.steering.springai.SteeringChatModel;
import dev.steering.springai.SteeringChatOptions;
import dev.steering.testkit.DemoRefusal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.model.chat.client.autoconfigure.ChatClientAutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.annotation.ImportCandidates;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** What Spring Boot makes of the properties. */
class SteeringAutoConfigurationTest {
    @TempDir
    private static Path directory;

    private static final ApplicationContextRunner BARE = new ApplicationContextRunner()
            .withConfiguration(
                    AutoConfigurations.of(SteeringAutoConfiguration.class, ChatClientAutoConfiguration.class));
    private static ApplicationContextRunner configured = BARE;
    private static String unsteered = "";

    @BeforeAll
    static void write() {
        Path file = directory.resolve("refusal.safetensors");
        try (DemoInSpring demo = new DemoInSpring(directory)) {
            VectorFile.write(file, DemoRefusal.vector(demo.model.manifest().fingerprint()));
            unsteered = demo.model
                    .chat(dev.steering.apply.ChatRequest.builder(DemoInSpring.QUESTION)
                            .build())
                    .text();
        }
        configured = BARE.withPropertyValues(
                "spring.ai.steering.bundle=" + directory.resolve("bundle"),
                "spring.ai.steering.threads=1",
                "spring.ai.steering.vectors.refusal=" + file);
    }

    @Test
    void springBootFindsIt() {
        List<String> found = ImportCandidates.load(
                        org.springframework.boot.autoconfigure.AutoConfiguration.class,
                        SteeringAutoConfiguration.class.getClassLoader())
                .getCandidates();
        assertTrue(found.contains(SteeringAutoConfiguration.class.getName()), found.toString());
    }

    @Test
    void propertiesMakeAChatModelThatClientsUse() {
        AtomicReference<SteeringCatalog> catalog = new AtomicReference<>();
        configured.run(context -> {
            assertInstanceOf(SteeringChatModel.class, context.getBean(ChatModel.class));
            catalog.set(context.getBean(SteeringCatalog.class));
            ChatClient client = context.getBean(ChatClient.Builder.class).build();
            assertEquals(unsteered, client.prompt(DemoInSpring.QUESTION).call().content());
            String steered = client.prompt(DemoInSpring.QUESTION)
                    .options(SteeringChatOptions.builder()
                            .steering(NamedSteering.vector("refusal"))
                            .build())
                    .call()
                    .content();
            assertTrue(steered.startsWith("Sure, to kill a Python process"), steered);
        });
        SteeringCatalog used = catalog.get();
        assertNotNull(used);
        assertThrows(ModelClosed.class, () -> used.prepare(NamedSteering.method("self-cd")));
    }

    @Test
    void everyOptionIsRead() {
        configured
                .withPropertyValues(
                        "spring.ai.steering.max-batch=4",
                        "spring.ai.steering.queue-limit=7",
                        "spring.ai.steering.escape-control-tokens=true",
                        "spring.ai.steering.template-variables.mood=calm",
                        "spring.ai.steering.drain=3s",
                        "spring.ai.steering.chat.options.temperature=0.5",
                        "spring.ai.steering.chat.options.top-p=0.9",
                        "spring.ai.steering.chat.options.top-k=20",
                        "spring.ai.steering.chat.options.min-p=0.05",
                        "spring.ai.steering.chat.options.max-tokens=12",
                        "spring.ai.steering.chat.options.stop-sequences=one,two",
                        "spring.ai.steering.chat.options.seed=5",
                        "spring.ai.steering.chat.options.repetition-penalty=1.1",
                        "spring.ai.steering.chat.options.deadline=20s",
                        "spring.ai.steering.chat.options.method=add",
                        "spring.ai.steering.chat.options.vector=refusal",
                        "spring.ai.steering.chat.options.strength=0.5",
                        "spring.ai.steering.chat.options.layers=1,2",
                        "spring.ai.steering.chat.options.scale=unit",
                        "spring.ai.steering.chat.options.any-model=true",
                        "spring.ai.steering.chat.options.method-options.alpha=0.25")
                .run(context -> {
                    SteeringProperties properties = context.getBean(SteeringProperties.class);
                    assertEquals(4, properties.maxBatch());
                    assertEquals(7, properties.queueLimit());
                    assertTrue(properties.escapeControlTokens());
                    assertEquals(Map.of("mood", "calm"), properties.templateVariables());
                    assertEquals(Duration.ofSeconds(3), properties.drain());
                    assertEquals(
                            SteeringChatOptions.builder()
                                    .temperature(0.5)
                                    .topP(0.9)
                                    .topK(20)
                                    .minP(0.05)
                                    .maxTokens(12)
                                    .stopSequences(List.of("one", "two"))
                                    .seed(5L)
                                    .repetitionPenalty(1.1)
                                    .deadline(Duration.ofSeconds(20))
                                    .steering(new NamedSteering(
                                            "add",
                                            "refusal",
                                            0.5,
                                            List.of(1, 2),
                                            VectorScale.UNIT,
                                            Map.of("alpha", "0.25"),
                                            true))
                                    .build(),
                            context.getBean(ChatModel.class).getDefaultOptions());
                });
    }

    @Test
    void withoutABundleOrForAnotherModelThereIsNone() {
        BARE.run(context ->
                assertEquals(0, context.getBeansOfType(ChatModel.class).size()));
        configured
                .withPropertyValues("spring.ai.model.chat=another")
                .run(context ->
                        assertEquals(0, context.getBeansOfType(ChatModel.class).size()));
        configured
                .withPropertyValues("spring.ai.model.chat=steering")
                .run(context ->
                        assertEquals(1, context.getBeansOfType(ChatModel.class).size()));
    }

    @Test
    void anApplicationsOwnCatalogTakesItsPlace() {
        try (SteeredModel own = SteeredModel.open(directory.resolve("bundle"))) {
            SteeringCatalog catalog = SteeringCatalog.of(own, Map.of());
            BARE.withBean(SteeringCatalog.class, () -> catalog).run(context -> {
                assertEquals(catalog, context.getBean(SteeringCatalog.class));
                assertEquals(unsteered, context.getBean(ChatModel.class).call(DemoInSpring.QUESTION));
            });
        }
    }

    @Test
    void whatIsNotThereStopsTheStart() {
        configured
                .withPropertyValues("spring.ai.steering.vectors.gone=" + directory.resolve("gone.safetensors"))
                .run(context -> {
                    Throwable cause = context.getStartupFailure();
                    while (cause.getCause() != null && !(cause instanceof BadFile)) {
                        cause = cause.getCause();
                    }
                    assertInstanceOf(BadFile.class, cause);
                    assertTrue(cause.getMessage().contains("gone.safetensors"), cause.getMessage());
                });
    }
}
