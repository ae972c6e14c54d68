package io.residua.server.internal.v2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.residua.server.internal.RequestException;
import io.residua.server.internal.v2.TensorData.Blobs;
import io.residua.server.internal.v2.TensorData.Floats;
import io.residua.server.internal.v2.TensorData.Octets;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class InferRequestReaderTest {
  private static final InferLimits LIMITS = new InferLimits(4, 100);

  private static InferRequest read(String json) {
    return InferRequestReader.read(
        json.getBytes(StandardCharsets.UTF_8), OptionalInt.empty(), LIMITS);
  }

  /** With binary data behind the JSON. */
  private static InferRequest read(String json, byte... behind) {
    byte[] head = json.getBytes(StandardCharsets.UTF_8);
    byte[] body = Arrays.copyOf(head, head.length + behind.length);
    System.arraycopy(behind, 0, body, head.length, behind.length);
    return InferRequestReader.read(body, OptionalInt.of(head.length), LIMITS);
  }

  private static String input(String fields) {
    return "{'inputs':[{'name':'image',".replace('\'', '"') + fields.replace('\'', '"') + "}]}";
  }

  private static void assertRefused(int status, String message, Runnable reading) {
    assertThatThrownBy(reading::run)
        .asInstanceOf(type(RequestException.class))
        .satisfies(e -> assertThat(e.problem().status()).isEqualTo(status))
        .satisfies(e -> assertThat(e.getMessage()).contains(message).doesNotContain("\n"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'shape':[2,2],'datatype':'FP32','data':[1,2,3,4]",
        "'shape':[2,2],'datatype':'FP64','data':[[1,2],[3,4]]",
        "'data':[[1.0,2e0],[3,4.00]],'datatype':'FP32','shape':[2,2]",
        "'parameters':{'content_type':'np','x':null},'data':[[1,2],[3,4]],'more':{'a':[{}]},"
            + "'datatype':'FP32','shape':[2,2]"
      })
  void numbersMayBeNestedOrFlatAndKeysInAnyOrder(String fields) {
    InputTensor tensor = read(input(fields)).inputs().get(0);
    assertThat(((Floats) tensor.data()).values()).containsExactly(1, 2, 3, 4);
  }

  @Test
  void wholeNumbersAreOctetsWhateverTheirType() {
    for (String datatype : new String[] {"UINT8", "INT8", "INT16", "INT32", "INT64", "UINT64"}) {
      InputTensor tensor =
          read(input("'shape':[3],'datatype':'" + datatype + "','data':[0,127.0,255]"))
              .inputs()
              .get(0);
      assertThat(((Octets) tensor.data()).values()).containsExactly(0, 127, (byte) 255);
    }
    byte[] wide = {1, 0, 0, 0, (byte) 200, 0, 0, 0};
    InputTensor tensor =
        read(input("'shape':[2],'datatype':'INT32','parameters':{'binary_data_size':8}"), wide)
            .inputs()
            .get(0);
    assertThat(((Octets) tensor.data()).values()).containsExactly(1, (byte) 200);
  }

  @Test
  void elementsOfAnyLengthStandBehindTheirLengths() {
    byte[] behind = {2, 0, 0, 0, 'a', 'b', 0, 0, 0, 0};
    InputTensor tensor = read(input("'shape':[2,1],'datatype':'BYTES'"), behind).inputs().get(0);
    assertThat(((Blobs) tensor.data()).values())
        .containsExactly(new byte[] {'a', 'b'}, new byte[0]);
  }

  @Test
  void severalInputsTakeTheirBytesInOrder() {
    String json =
        "{'inputs':[{'name':'a','shape':[1],'datatype':'UINT8','parameters':{'binary_data_size':1}},"
            + "{'name':'b','shape':[2],'datatype':'UINT8','data':[7,8]},"
            + "{'name':'c','shape':[2],'datatype':'FP16','parameters':{'binary_data_size':4}}]}";
    InferRequest request =
        read(json.replace('\'', '"'), (byte) 9, (byte) 0, (byte) 0x3c, (byte) 0, (byte) 0xc0);
    assertThat(((Octets) request.inputs().get(0).data()).values()).containsExactly(9);
    assertThat(((Octets) request.inputs().get(1).data()).values()).containsExactly(7, 8);
    assertThat(((Floats) request.inputs().get(2).data()).values()).containsExactly(1, -2);
  }

  @Test
  void withoutJsonTheBodyIsOnePictureAndOutputsAreBinary() {
    byte[] picture = {(byte) 0xff, (byte) 0xd8, 1, 2, 3};
    byte[] withLength =
        ByteBuffer.allocate(9).order(ByteOrder.LITTLE_ENDIAN).putInt(5).put(picture).array();
    for (byte[] body : new byte[][] {picture, withLength}) {
      InferRequest request = InferRequestReader.read(body, OptionalInt.of(0), LIMITS);
      assertThat(((Blobs) request.inputs().get(0).data()).values()).containsExactly(picture);
      assertThat(request.inputs().get(0).shape()).containsExactly(1);
      assertThat(request.parameters().binary()).isTrue();
    }
    assertRefused(
        400, "empty", () -> InferRequestReader.read(new byte[0], OptionalInt.of(0), LIMITS));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "7",
        "{",
        "{}",
        "{} {}",
        "{\"inputs\":[]}",
        "{\"inputs\":{}}",
        "{\"inputs\":[7]}",
        "{\"inputs\":[{}]}",
        "{\"inputs\":[{\"name\":7}]}",
        "{\"inputs\":null}",
        "{\"id\":7}",
        "{\"inputs\":[],\"inputs\":[]}",
        "{\"parameters\":[]}",
        "{\"outputs\":[{}]}",
        "{\"outputs\":[{\"name\":\"a\",\"parameters\":{\"classification\":-1}}]}",
        "{\"outputs\":[{\"name\":\"a\",\"parameters\":{\"binary_data\":1}}]}",
        "{\"parameters\":{\"top\":0}}",
        "{\"parameters\":{\"top\":1.5}}",
        "{\"parameters\":{\"top\":99999999999999999999999}}",
        "{\"parameters\":{\"timeout\":\"soon\"}}",
        "\u0000\u0000\u0000{",
        "<html>"
      })
  void whatIsNoRequestIsRefused(String json) {
    assertRefused(400, "", () -> read(json));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'shape':[1],'datatype':'FP32'|no 'data'",
        "'shape':[1],'data':[1]|no 'datatype'",
        "'datatype':'FP32','data':[1]|no 'shape'",
        "'shape':[1],'datatype':'STRING','data':['YQ==']|'STRING' is not taken",
        "'shape':[],'datatype':'FP32','data':[1]|0 dimensions",
        "'shape':[1,1,1,1,1,1,1,1,1],'datatype':'FP32','data':[1]|more than 8",
        "'shape':[-1,3],'datatype':'FP32','data':[1,2,3]|must be 1 or more",
        "'shape':[0],'datatype':'FP32','data':[]|must be 1 or more",
        "'shape':[2147483647,2147483647],'datatype':'FP32','data':[1]|more elements",
        "'shape':[4294967296,4294967296],'datatype':'FP32','data':[1]|more elements",
        "'shape':[9223372036854775807],'datatype':'FP32','data':[1]|more elements",
        "'shape':[99999999999999999999],'datatype':'FP32','data':[1]|whole number",
        "'shape':[1.5],'datatype':'FP32','data':[1]|whole number",
        "'shape':[3],'datatype':'FP32','data':[1,2]|its data are 2 elements",
        "'shape':[2],'datatype':'FP32','data':[1,2,3]|more than the 2 numbers",
        "'data':[1,2,3],'shape':[2],'datatype':'FP32'|its data are 3 elements",
        "'shape':[2,2],'datatype':'FP32','data':[[1,2,3,4]]|of shape [1,4]",
        "'shape':[4],'datatype':'FP32','data':[[1,2],[3,4]]|of shape [2,2]",
        "'shape':[2,2],'datatype':'FP32','data':[[1,2],[3]]|different lengths",
        "'shape':[2,2],'datatype':'FP32','data':[[1,2],3]|different lengths",
        "'shape':[2,2],'datatype':'FP32','data':[1,[2]]|different lengths",
        "'shape':[1],'datatype':'FP32','data':[[[[[[[[[1]]]]]]]]]|deeper than 8",
        "'shape':[1],'datatype':'FP32','data':1|must be an array",
        "'shape':[1],'datatype':'FP32','data':[null]|'null'",
        "'shape':[1],'datatype':'FP32','data':[true]|'true'",
        "'shape':[1],'datatype':'FP32','data':[{}]|'{'",
        "'shape':[1],'datatype':'FP32','data':['YQ==']|must be numbers",
        "'shape':[1],'datatype':'FP32','data':[NaN]|no JSON",
        "'shape':[2],'datatype':'FP32','data':[0,1e39]|element 1 is no finite",
        "'shape':[1],'datatype':'FP32','data':[1],'data':[1]|twice",
        "'shape':[1],'datatype':'FP16','data':[1]|as binary data",
        "'shape':[1],'datatype':'UINT8','data':[256]|0 to 255",
        "'shape':[1],'datatype':'INT64','data':[-1]|0 to 255",
        "'shape':[1],'datatype':'UINT8','data':[0.5]|no whole number",
        "'shape':[1],'datatype':'BYTES','data':['a cat']|no base64",
        "'shape':[1],'datatype':'BYTES','data':[1]|base64",
        "'shape':[2],'datatype':'BYTES','data':['AAAA',1]|mixes",
        "'shape':[1],'datatype':'FP32','parameters':{'binary_data_size':4}|is missing",
        "'shape':[1],'datatype':'FP32','data':[1],'parameters':{'binary_data_size':4}|has both",
        "'shape':[1],'datatype':'FP32','data':[1],'parameters':{'binary_data_size':-1}|0 or more"
      })
  void whatDoesNotFitIsRefusedInWords(String fields, String message) {
    assertRefused(400, message, () -> read(input(fields)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'shape':[1],'datatype':'FP32','parameters':{'binary_data_size':5}|4 bytes are left",
        "'shape':[1],'datatype':'FP32','parameters':{'binary_data_size':3}|is 4 bytes, not 3",
        "'shape':[2],'datatype':'FP16','parameters':{'binary_data_size':2}|is 4 bytes, not 2",
        "'shape':[536870912],'datatype':'FP64'|is 4294967296 bytes, not 4",
        "'shape':[1],'datatype':'UINT8','parameters':{'binary_data_size':1}|3 bytes follow the",
        "'shape':[1],'datatype':'BYTES'|says it has 4,294,967,295 bytes",
        "'shape':[5],'datatype':'BYTES'|more than 4 pictures",
        "'shape':[1],'datatype':'FP32'|no finite number",
        "'shape':[4],'datatype':'INT8'|0 to 255"
      })
  void binaryDataThatDoNotFitAreRefusedInWords(String fields, String message) {
    byte[] ones = {-1, -1, -1, -1};
    assertRefused(
        message.startsWith("more than 4") ? 413 : 400, message, () -> read(input(fields), ones));
  }

  @Test
  void endsOfElementsThatDoNotFitAreRefused() {
    String two = input("'shape':[2],'datatype':'BYTES'");
    assertRefused(400, "end after 1 of 2", () -> read(two, new byte[] {1, 0, 0, 0, 7, 0}));
    String one = input("'shape':[1],'datatype':'BYTES'");
    assertRefused(400, "2 bytes follow", () -> read(one, new byte[] {1, 0, 0, 0, 7, 0, 0}));
  }

  @Test
  void aLengthOfJsonThatIsNotThereIsRefused() {
    for (int length : new int[] {-1, 3, Integer.MAX_VALUE}) {
      assertRefused(
          400,
          Headers.JSON_LENGTH,
          () -> InferRequestReader.read(new byte[2], OptionalInt.of(length), LIMITS));
    }
  }

  @Test
  void moreOfAnythingThanARequestNeedsIsRefused() {
    String texts = "'AA==',".repeat(5);
    assertRefused(
        413,
        "more than 4 pictures",
        () -> read(input("'shape':[6],'datatype':'BYTES','data':[" + texts + "'']")));
    String inputs = "{\"name\":\"a\"},".repeat(100);
    assertRefused(400, "more than 8", () -> read("{\"inputs\":[" + inputs + "{}]}"));
    String named = "{\"name\":\"a\"},".repeat(100);
    assertRefused(
        400, "more than 16 entries", () -> read("{\"outputs\":[" + named + "{\"name\":\"a\"}]}"));
    assertRefused(400, "longer than", () -> read("{\"id\":\"" + "i".repeat(2000) + "\"}"));
    assertRefused(
        400, "nesting", () -> read("{\"x\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}"));
    assertRefused(
        400,
        "no JSON",
        () -> read(input("'shape':[1],'datatype':'FP32','data':[" + "1".repeat(5000) + "]")));
  }

  @Test
  void whatClientsSentIsShownCutAndWithoutControlCharacters() {
    String hostile = "\\u001b[2J" + "x".repeat(500);
    assertThatThrownBy(() -> read(input("'shape':[1],'datatype':'" + hostile + "','data':[1]")))
        .hasMessageContaining("\\u001b[2J")
        .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(250));
  }
}
