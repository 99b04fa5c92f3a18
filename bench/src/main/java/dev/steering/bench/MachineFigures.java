package dev.steering.bench;

/**
 * What the machine could do while the model was timed.
 *
 * @param processor what it calls itself
 * @param processors processors that the JVM sees
 * @param memory bytes of memory; 0 where that is not known
 * @param system operating system and architecture
 * @param computeMethod how arithmetic was measured
 * @param operationsPerSecond single-precision operations per second, of every repetition
 * @param readMethod how reading was measured
 * @param bytesPerSecond bytes read from memory per second, of every repetition
 */
public record MachineFigures(
        String processor,
        int processors,
        long memory,
        String system,
        String computeMethod,
        Samples operationsPerSecond,
        String readMethod,
        Samples bytesPerSecond) {}
