/** The command {@code steer-spark}, for {@code spark-submit}: parse, call, print. */
@NullMarked
package dev.steering.spark.main;

import org.jspecify.annotations.NullMarked;
