/**
 * A steered model in LangChain4j: {@link dev.steering.langchain4j.SteeredChatModel} and {@link
 * dev.steering.langchain4j.SteeredStreamingChatModel} over one open {@link dev.steering.apply.SteeredModel}.
 */
@NullMarked
package dev.steering.langchain4j;

import org.jspecify.annotations.NullMarked;
