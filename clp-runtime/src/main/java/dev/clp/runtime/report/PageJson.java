package dev.clp.runtime.report;

import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.CharacterEscapes;
import com.fasterxml.jackson.core.io.SerializedString;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import java.io.IOException;
import java.util.HexFormat;

/** JSON that may stand inside a script element: no text in it can end the element. */
final class PageJson {

  private static final JsonMapper MAPPER =
      JsonMapper.builder(new JsonFactoryBuilder().characterEscapes(new ScriptEscapes()).build())
          .addModule(
              new SimpleModule()
                  .addSerializer(Double.class, new FiniteDoubles())
                  .addSerializer(double.class, new FiniteDoubles()))
          .build();

  private PageJson() {}

  static String write(Page page) {
    try {
      return MAPPER.writeValueAsString(page);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a page is made of records that have a form in JSON", e);
    }
  }

  /**
   * Escapes what could end a script element or open a comment in it, and the two line separators
   * that JSON allows within strings but JavaScript once did not.
   */
  private static final class ScriptEscapes extends CharacterEscapes {

    private static final long serialVersionUID = 1L;

    @Override
    public int[] getEscapeCodesForAscii() {
      int[] codes = standardAsciiEscapesForJSON();
      codes['<'] = ESCAPE_STANDARD;
      codes['>'] = ESCAPE_STANDARD;
      codes['&'] = ESCAPE_STANDARD;
      return codes;
    }

    @Override
    public SerializableString getEscapeSequence(int character) {
      return character == 0x2028 || character == 0x2029
          ? new SerializedString(
              "\\u" + HexFormat.of().withUpperCase().toHexDigits((char) character))
          : null;
    }
  }

  /** Writes what is not a finite number as null, because JSON has no word for it. */
  private static final class FiniteDoubles extends StdSerializer<Double> {

    private static final long serialVersionUID = 1L;

    private FiniteDoubles() {
      super(Double.class);
    }

    @Override
    public void serialize(Double value, JsonGenerator generator, SerializerProvider provider)
        throws IOException {
      if (Double.isFinite(value)) {
        generator.writeNumber(value);
      } else {
        generator.writeNull();
      }
    }
  }
}
