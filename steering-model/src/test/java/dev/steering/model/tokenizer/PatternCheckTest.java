package dev.steering.model.tokenizer;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PatternCheckTest {
    /** Those of GPT-2, GPT-4, Llama 3, Qwen 2.5, GPT-4o, DeepSeek V3, Mistral, Falcon, StarCoder, BLOOM and Gemma. */
    @ParameterizedTest
    @Timeout(120)
    @ValueSource(
            strings = {
                "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+",
                "'(?i:[sdmt]|ll|ve|re)|[^\\r\\n\\p{L}\\p{N}]?+\\p{L}++|\\p{N}{1,3}+| ?[^\\s\\p{L}\\p{N}]++[\\r\\n]*+|\\s++$|\\s*[\\r\\n]|\\s+(?!\\S)|\\s",
                "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
                "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?[\\p{L}\\p{M}]+|\\p{N}| ?[^\\s\\p{L}\\p{M}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
                "[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]*[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]+[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
                "[!\"#$%&'()*+,\\-./:;<=>?@\\[\\\\\\]^_`{|}~][A-Za-z]+|[^\\r\\n\\p{L}\\p{P}\\p{S}]?[\\p{L}\\p{M}]+| ?[\\p{P}\\p{S}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
                "[\u4e00-\u9fa5\u0800-\u4e00\uac00-\ud7ff]+",
                "\\d{1,3}(?=(?:\\d{3})*\\b)",
                "[0-9][0-9][0-9]",
                "\\p{N}{1,3}",
                " ?[^(\\s|[.,!?\u2026\u3002\uff0c\u3001\u0964\u06d4\u060c])]+",
                "[\\p{Han}]+|\\s+",
                " {2,}",
                "\\n"
            })
    void whatIsInUsePasses(String expression) {
        assertDoesNotThrow(() -> PatternCheck.require(expression));
        assertFalse(PatternCheck.matchesNothing(expression));
    }

    @ParameterizedTest
    @Timeout(120)
    @ValueSource(
            strings = {
                "(a+)+$",
                "(\\w+\\s?)*$",
                "^(([a-z])+.)+[A-Z]([a-z])+$",
                "(x+x+)+y",
                "q(?:z|z)*w",
                ".*.*.*.*.*b",
                "(?:a*)*c",
                "(.*)*\\d",
                "\\s*\\s*\\s*x"
            })
    void whatTakesWithoutEndIsRefused(String expression) {
        IllegalArgumentException error =
                assertThrows(IllegalArgumentException.class, () -> PatternCheck.require(expression));
        assertEquals("the regular expression " + expression + " takes without end on some texts", error.getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"^", "$", "a*", "\\b", "(?=x)", "()", "\\K", "|a"})
    void whatMatchesNothingIsKnown(String expression) {
        assertTrue(PatternCheck.matchesNothing(expression));
    }
}
