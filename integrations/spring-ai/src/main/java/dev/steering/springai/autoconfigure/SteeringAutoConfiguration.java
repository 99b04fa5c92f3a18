package dev.steering.springai.autoconfigure;

import dev.steering.apply.SteeredModel;
import dev.steering.apply.named.SteeringCatalog;
import dev.steering.model.pass.RuntimeOptions;
import dev.steering.springai.SteeringChatModel;
import io.micrometer.observation.ObservationRegistry;
import java.util.Objects;
import org.springframework.ai.chat.observation.ChatModelObservationConvention;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;

/**
 * Opens the bundle that {@code spring.ai.steering.bundle} names, and makes a chat model of it. An application's own beans of these classes
 * take the place of those made here; {@code spring.ai.model.chat} chooses among several chat models as it does for Spring AI's own.
 */
@AutoConfiguration
@EnableConfigurationProperties(SteeringProperties.class)
@ConditionalOnProperty(name = "spring.ai.model.chat", havingValue = "steering", matchIfMissing = true)
public class SteeringAutoConfiguration {
    /** Spring makes it. */
    public SteeringAutoConfiguration() {}

    /** Lets what is being answered come to its end when the application ends, and then closes the model. */
    static final class OpenModel implements AutoCloseable {
        private final SteeredModel model;
        private final SteeringProperties properties;

        OpenModel(SteeredModel model, SteeringProperties properties) {
            this.model = model;
            this.properties = properties;
        }

        @Override
        public void close() {
            boolean unused = model.close(properties.drain());
        }
    }

    @Bean
    @ConditionalOnMissingBean(SteeringCatalog.class)
    @ConditionalOnProperty(SteeringProperties.PREFIX + ".bundle")
    OpenModel openSteeredModel(SteeringProperties properties) {
        RuntimeOptions runtime = RuntimeOptions.defaults();
        SteeredModel.Builder builder = SteeredModel.builder(Objects.requireNonNull(properties.bundle()))
                .runtime(properties.threads() == null ? runtime : runtime.withThreads(properties.threads()))
                .maxBatch(properties.maxBatch())
                .queueLimit(properties.queueLimit())
                .escapeControlTokens(properties.escapeControlTokens());
        properties.templateVariables().forEach(builder::templateVariable);
        return new OpenModel(builder.build(), properties);
    }

    @Bean
    @ConditionalOnMissingBean
    @ConditionalOnProperty(SteeringProperties.PREFIX + ".bundle")
    SteeringCatalog steeringCatalog(OpenModel open, SteeringProperties properties) {
        return SteeringCatalog.read(open.model, properties.vectors());
    }

    @Bean
    @ConditionalOnMissingBean
    @ConditionalOnBean(SteeringCatalog.class)
    SteeringChatModel steeringChatModel(
            SteeringCatalog catalog,
            SteeringProperties properties,
            ObjectProvider<ObservationRegistry> observations,
            ObjectProvider<ChatModelObservationConvention> convention) {
        return SteeringChatModel.builder(catalog)
                .defaultOptions(properties.chat().options().read())
                .observationRegistry(observations.getIfUnique(() -> ObservationRegistry.NOOP))
                .observationConvention(convention.getIfAvailable())
                .build();
    }
}
