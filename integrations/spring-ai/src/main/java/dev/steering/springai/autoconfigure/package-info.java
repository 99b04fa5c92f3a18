/** What Spring Boot makes of the properties {@code spring.ai.steering.*}. */
@NullMarked
package dev.steering.springai.autoconfigure;

import org.jspecify.annotations.NullMarked;
