import COpenBLAS
import CTensorKernels

extension KernelFunctions<Float> {
  static let float = KernelFunctions(
    product: { OpenBLAS.functions.sgemm },
    exp: bpd_exp_f32,
    sigmoid: bpd_sigmoid_f32,
    tanh: bpd_tanh_f32,
    gelu: bpd_gelu_f32,
    squaredReLU: bpd_squared_relu_f32,
    swiglu: bpd_swiglu_f32,
    geluBackward: bpd_gelu_backward_f32,
    squaredReLUBackward: bpd_squared_relu_backward_f32,
    swigluBackward: bpd_swiglu_backward_f32,
    axpby: bpd_axpby_f32,
    dot: bpd_dot_f32,
    squares: bpd_squares_f32,
    lstmForward: bpd_lstm_forward_f32,
    lstmBackward: bpd_lstm_backward_f32,
    layerNorm: bpd_layer_norm_f32,
    layerNormBackward: bpd_layer_norm_backward_f32,
    rmsNorm: bpd_rms_norm_f32,
    rmsNormBackward: bpd_rms_norm_backward_f32,
    rotate: bpd_rotate_f32,
    softmax: bpd_softmax_f32,
    crossEntropy: bpd_cross_entropy_f32,
    attentionRow: bpd_attention_row_f32,
    attentionRowBackward: bpd_attention_row_backward_f32,
    dropout: bpd_dropout_f32,
    sgd: bpd_sgd_f32,
    adamW: bpd_adamw_f32
  )
}

extension KernelFunctions<Double> {
  static let double = KernelFunctions(
    product: { OpenBLAS.functions.dgemm },
    exp: bpd_exp_f64,
    sigmoid: bpd_sigmoid_f64,
    tanh: bpd_tanh_f64,
    gelu: bpd_gelu_f64,
    squaredReLU: bpd_squared_relu_f64,
    swiglu: bpd_swiglu_f64,
    geluBackward: bpd_gelu_backward_f64,
    squaredReLUBackward: bpd_squared_relu_backward_f64,
    swigluBackward: bpd_swiglu_backward_f64,
    axpby: bpd_axpby_f64,
    dot: bpd_dot_f64,
    squares: bpd_squares_f64,
    lstmForward: bpd_lstm_forward_f64,
    lstmBackward: bpd_lstm_backward_f64,
    layerNorm: bpd_layer_norm_f64,
    layerNormBackward: bpd_layer_norm_backward_f64,
    rmsNorm: bpd_rms_norm_f64,
    rmsNormBackward: bpd_rms_norm_backward_f64,
    rotate: bpd_rotate_f64,
    softmax: bpd_softmax_f64,
    crossEntropy: bpd_cross_entropy_f64,
    attentionRow: bpd_attention_row_f64,
    attentionRowBackward: bpd_attention_row_backward_f64,
    dropout: bpd_dropout_f64,
    sgd: bpd_sgd_f64,
    adamW: bpd_adamw_f64
  )
}
