"""Tokens/s of the Hugging Face collators (numpy and torch) on B x L batches of ids. usage: collate.py"""
import time, numpy as np, os, warnings
warnings.filterwarnings('ignore'); os.environ['TRANSFORMERS_VERBOSITY'] = 'error'
from transformers import PreTrainedTokenizerFast, DataCollatorForLanguageModeling
import tokenizers as hf
from tokenizers import models
v = {f't{i}': i for i in range(32000)}; v['<mask>'] = 32000; v['<pad>'] = 32001
t = PreTrainedTokenizerFast(tokenizer_object=hf.Tokenizer(models.WordLevel(v, unk_token='t0')), mask_token='<mask>', pad_token='<pad>')
B, L = 64, 512
rng = np.random.default_rng(0); ex = [{'input_ids': rng.integers(0, 32000, L).tolist()} for _ in range(B)]
for rt in ('np', 'pt'):
    c = DataCollatorForLanguageModeling(t, mlm_probability=0.15, return_tensors=rt)
    for _ in range(2): c([dict(e) for e in ex])
    t0 = time.time(); n = 0
    while time.time()-t0 < 4: c([dict(e) for e in ex]); n += 1
    print(f'hf mlm {rt}: {n*B*L/(time.time()-t0)/1e6:.2f} M tokens/s')
