module com.example {
  requires io.residua;
}
