package dev.clp.runtime.chat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** JSON as the plain values that a template takes. */
public final class PlainValues {

  private PlainValues() {}

  /** Returns null, a Boolean, a Long, a Double, a String, or a List or Map of these. */
  public static Object of(JsonNode json) {
    if (json.isObject()) {
      Map<String, Object> map = new LinkedHashMap<>();
      json.properties().forEach(entry -> map.put(entry.getKey(), of(entry.getValue())));
      return map;
    } else if (json.isArray()) {
      List<Object> list = new ArrayList<>();
      json.forEach(item -> list.add(of(item)));
      return list;
    } else if (json.isBoolean()) {
      return json.booleanValue();
    } else if (json.isIntegralNumber() && json.canConvertToLong()) {
      return json.longValue();
    } else if (json.isNumber()) {
      return json.doubleValue();
    }
    return json.isNull() || json.isMissingNode() ? null : json.asText();
  }

  /** Returns the keys of an object. */
  static List<String> keys(JsonNode object) {
    List<String> keys = new ArrayList<>();
    object.fieldNames().forEachRemaining(keys::add);
    return keys;
  }
}
