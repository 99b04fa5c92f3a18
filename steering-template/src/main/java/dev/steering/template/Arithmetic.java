package dev.steering.template;

import java.math.BigInteger;

/** Arithmetic between two numbers: Python rounds quotients down and gives remainders the divisor's sign. */
final class Arithmetic {
    private Arithmetic() {}

    static Object integers(String operator, BigInteger a, BigInteger b) {
        return switch (operator) {
            case "+" -> Numbers.normal(a.add(b));
            case "-" -> Numbers.normal(a.subtract(b));
            case "*" -> Numbers.normal(a.multiply(b));
            case "/" -> Numbers.divide(a, nonZero(b, "division by zero"));
            case "//" -> Numbers.normal(floorDivide(a, nonZero(b, "integer division or modulo by zero")));
            case "%" -> Numbers.normal(floorMod(a, nonZero(b, "integer modulo by zero")));
            case "**" -> power(a, b);
            default -> throw new IllegalArgumentException(operator);
        };
    }

    private static BigInteger nonZero(BigInteger divisor, String error) {
        if (divisor.signum() == 0) {
            throw new EvalError(error);
        }
        return divisor;
    }

    private static BigInteger floorMod(BigInteger a, BigInteger b) {
        BigInteger remainder = a.mod(b.abs());
        return b.signum() < 0 && remainder.signum() != 0 ? remainder.add(b) : remainder;
    }

    private static BigInteger floorDivide(BigInteger a, BigInteger b) {
        return a.subtract(floorMod(a, b)).divide(b);
    }

    private static Object power(BigInteger base, BigInteger exponent) {
        if (exponent.signum() < 0) {
            if (base.signum() == 0) {
                throw new EvalError("0.0 cannot be raised to a negative power");
            }
            return Math.pow(base.doubleValue(), exponent.doubleValue());
        }
        if (base.abs().bitLength() <= 1) {
            boolean minus = base.signum() < 0 && exponent.testBit(0);
            return exponent.signum() == 0
                    ? (Object) 1L
                    : base.signum() == 0 ? (Object) 0L : (Object) (minus ? -1L : 1L);
        }
        Budget.integerBits(exponent.bitLength() > 20 ? Long.MAX_VALUE : base.bitLength() * exponent.longValue());
        return Numbers.normal(base.pow(exponent.intValue()));
    }

    static Object doubles(String operator, double a, double b) {
        return switch (operator) {
            case "+" -> a + b;
            case "-" -> a - b;
            case "*" -> a * b;
            case "/" -> a / nonZero(b, "float division by zero");
            case "//" -> floorDivide(a, nonZero(b, "float floor division by zero"));
            case "%" -> floorMod(a, nonZero(b, "float modulo"));
            case "**" -> power(a, b);
            default -> throw new IllegalArgumentException(operator);
        };
    }

    private static double nonZero(double divisor, String error) {
        if (divisor == 0) {
            throw new EvalError(error);
        }
        return divisor;
    }

    private static double floorMod(double a, double b) {
        double remainder = a % b;
        if (remainder == 0) {
            return Math.copySign(0.0, b);
        }
        return remainder < 0 != b < 0 ? remainder + b : remainder;
    }

    private static double floorDivide(double a, double b) {
        double quotient = (a - floorMod(a, b)) / b;
        double floor = Math.floor(quotient);
        return quotient - floor > 0.5 ? floor + 1 : floor;
    }

    private static double power(double a, double b) {
        if (a == 0 && b < 0) {
            throw new EvalError("0.0 cannot be raised to a negative power");
        }
        double result = Math.pow(a, b);
        if (Double.isNaN(result) && !Double.isNaN(a) && !Double.isNaN(b)) {
            throw new EvalError("complex numbers are not supported");
        } else if (Double.isInfinite(result) && Double.isFinite(a) && Double.isFinite(b)) {
            throw new EvalError("(34, 'Numerical result out of range')");
        }
        return a == 1 || b == 0 ? 1.0 : result;
    }
}
